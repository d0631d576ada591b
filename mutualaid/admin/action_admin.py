"""Model admins in which an action writes, never the form; and those that write nothing."""

from typing import Any, ClassVar, TypeVar

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from mutualaid.admin.guarded import GuardedAdmin
from mutualaid.admin.refusals import REFUSALS, Refusals, sentence_for
from mutualaid.admin.step_page import StepPage
from mutualaid.admin.widgets import TolerantChoices

M = TypeVar("M", bound=Model)
FormSet = BaseInlineFormSet[Any, Any, Any]
StepPages = tuple[type[StepPage[Any, Any]], ...]


class ActionAdmin(TolerantChoices, GuardedAdmin[M]):
    """Call actions for every write, the same as the pages do: lock, history and messages included.

    Django calls `save_model` and its like once a form is valid. Here they hand over to `apply_change`,
    `apply_rows` and `apply_removal`, which a subclass overrides to call actions. What an action refuses
    (`refusals`) becomes an error of the form through its attribute `refusal`; what was typed is kept and
    nothing is written.
    """

    refusals: ClassVar[Refusals] = REFUSALS
    step_pages: ClassVar[StepPages] = ()
    fresh_sign_in: ClassVar[bool] = False
    """Whether to write here needs a fresh sign-in (`people.sign_in.fresh`)."""

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        """Call the action for what a valid form says. Raises `NotImplementedError` by default."""
        raise NotImplementedError(f"{type(self).__name__} has no action for a change")

    def apply_rows(self, request: HttpRequest, formset: FormSet) -> None:
        """Call the action for added and removed inline rows. Raises `NotImplementedError` by default."""
        raise NotImplementedError(f"{type(self).__name__} has no action for {formset.model}")

    def apply_all_rows(self, request: HttpRequest, form: Any, formsets: list[FormSet]) -> None:
        """Call `apply_rows` for each formset that changed; to be one step with the form, override it."""
        for formset in formsets:
            self.apply_rows(request, formset)

    def apply_removal(self, request: HttpRequest, row: M) -> None:
        """Call the action that removes this row. Raises `NotImplementedError` by default."""
        raise NotImplementedError(f"{type(self).__name__} has no action to remove one")

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        self.apply_change(request, form)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        changed = [rows for rows in formsets if rows.has_changed() or rows.deleted_forms]
        self.apply_all_rows(request, form, changed)

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
        """Show the form again where the action refused. Its transaction is rolled back by then."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except tuple(self.refusals) as refusal:
            request.refusal = sentence_for(refusal, self.refusals)  # type: ignore[attr-defined]
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
        """Write no history here or in the three methods below: the action has, by ids and without names."""
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """See `construct_change_message`."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """See `construct_change_message`."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """See `construct_change_message`."""


class LookOnlyAdmin(GuardedAdmin[M]):
    """An admin without forms. Its rows may have list actions."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Allow it for list actions, which name no object; never for a form."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class LookOnlyInline(admin.TabularInline[Any, Any]):
    """Related rows that are shown below a form and cannot be changed there."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def without_related_links(field: Any) -> Any:
    """Drop the widget's buttons to change, add or delete the chosen row: it has a page of its own."""
    widget = getattr(field, "widget", None)
    if isinstance(widget, RelatedFieldWidgetWrapper):
        field.widget = widget.widget
    return field
