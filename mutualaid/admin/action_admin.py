"""An admin in which an action writes, never the form."""

from typing import Any, ClassVar, TypeVar

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from mutualaid.admin.refusals import REFUSALS, Refusals, words_for
from mutualaid.admin.step_page import StepPage
from mutualaid.admin.widgets import TolerantChoices

M = TypeVar("M", bound=Model)
FormSet = BaseInlineFormSet[Any, Any, Any]
StepPages = tuple[type[StepPage[Any, Any]], ...]


class ActionAdmin(TolerantChoices, admin.ModelAdmin[M]):
    """What is changed here goes through the same action as on the pages: lock, history and messages included.

    Django calls `save_model` and its like once a form is valid; here they hand over to `apply_change`,
    `apply_rows` and `apply_removal`, which call actions. What an action refuses (`refusals`) comes back as
    an error of a form that has a `refusal`, with what was typed kept and nothing written.
    """

    refusals: ClassVar[Refusals] = REFUSALS
    step_pages: ClassVar[StepPages] = ()

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        """Call the action for what a valid form says."""
        raise NotImplementedError(f"{type(self).__name__} has no action for a change")

    def apply_rows(self, request: HttpRequest, formset: FormSet) -> None:
        """Call the action for rows beside it that were added or taken away."""
        raise NotImplementedError(f"{type(self).__name__} has no action for {formset.model}")

    def apply_removal(self, request: HttpRequest, row: M) -> None:
        """Call the action that ends this row."""
        raise NotImplementedError(f"{type(self).__name__} has no action to remove one")

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        self.apply_change(request, form)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.has_changed() or formset.deleted_forms:
            self.apply_rows(request, formset)

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        self.apply_removal(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        for row in queryset:
            self.apply_removal(request, row)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form again where the action refused; its transaction is taken back by then."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except tuple(self.refusals) as refusal:
            request.refusal = words_for(refusal, self.refusals)  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if hasattr(form, "refusal"):
            form.refusal = getattr(request, "refusal", "")
        return form

    def get_urls(self) -> list[URLPattern]:
        return [*(page.url(self) for page in self.step_pages), *super().get_urls()]

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, dict[str, list[str]]]]:
        """None, as with the three below: the action has written the history, by ids and without names."""
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """See `construct_change_message`."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """See `construct_change_message`."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """See `construct_change_message`."""


class LookOnlyAdmin(admin.ModelAdmin[M]):
    """To be looked at. Its rows may have list actions, but no form changes them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """For list actions, which name no object; never for a form."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class LookOnlyInline(admin.TabularInline[Any, Any]):
    """Rows beside the one that is looked at."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def without_detours(field: Any) -> Any:
    """A form field whose widget has no buttons to change, add or delete what is chosen."""
    widget = getattr(field, "widget", None)
    if isinstance(widget, RelatedFieldWidgetWrapper):
        field.widget = widget.widget
    return field
