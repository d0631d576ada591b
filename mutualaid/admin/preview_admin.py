"""An admin of the one row of a model, with a page that says what the typed values would change."""

from typing import Any, ClassVar, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from mutualaid.admin.action_admin import ActionAdmin
from mutualaid.admin.refusals import Text

M = TypeVar("M", bound=Model)
ONLY = 1
"""The id of the one row."""


class PreviewAdmin(ActionAdmin[M]):
    """The form has two buttons: one saves at once, one leads to the preview, from which it can be saved."""

    change_form_template = "admin/preview_change_form.html"
    preview_template: ClassVar[str]
    preview_title: ClassVar[Text]

    def preview_context(self, form: Any) -> dict[str, Any]:
        """Return what the template shows of a valid form. Raises `NotImplementedError` by default."""
        raise NotImplementedError(f"{type(self).__name__} has no preview")

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what the values as typed would change, or the form with its errors. Writes nothing.

        Raises `PermissionDenied` for whoever may not change the row.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = self.valid_form(request, object_id)
        if form is None:
            return self.changeform_view(request, object_id)
        return self.preview_page(request, form)

    def valid_form(self, request: HttpRequest, object_id: str) -> Any:
        """Return the form as typed; None where it has errors, or there is no such row."""
        row = self.get_object(request, object_id)
        if row is None:
            return None
        form = self.get_form(request)(request.POST or None, request.FILES or None, instance=row)
        with transaction.atomic():  # a careful form locks the row while it checks
            return form if form.is_valid() else None

    def preview_page(self, request: HttpRequest, form: Any) -> HttpResponse:
        """Show what a valid form would change, with a button that saves it."""
        context = {
            **self.admin_site.each_context(request),
            "title": self.preview_title,
            "opts": self.opts,
            "form": form,
            "page": self.page_url(),
            **self.preview_context(form),
        }
        return TemplateResponse(request, self.preview_template, context)

    def page_url(self) -> str:
        """Return the address of the page on which the row is changed."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[ONLY])

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(self.preview)
        return [path("<path:object_id>/preview/", view, name=name), *super().get_urls()]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> Any:
        """Send the form to its own page, also where the preview shows it with its errors."""
        return super().render_change_form(request, context, add, change, self.page_url(), obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
