"""The points of each reason in the admin, with a preview of what other points would change."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from mutualaid.admin.action_admin import ActionAdmin
from mutualaid.admin.careful_form import CarefulRowForm
from mutualaid.matching import actions
from mutualaid.matching.admin.weights_preview import preview
from mutualaid.matching.models import ScoringWeights
from mutualaid.people.models import User


@admin.register(ScoringWeights)
class WeightsAdmin(ActionAdmin[ScoringWeights]):
    form = CarefulRowForm
    change_form_template = "admin/weights_change_form.html"
    fields: ClassVar = [
        "near", "exact_category", "related_category", "own_language", "shared_language",
        "shared_time", "rested",
    ]  # fmt: skip

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        if form.to_write:
            actions.change_weights(form.to_write, by=cast(User, request.user))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)
        own = path("<path:object_id>/preview/", view, name="matching_scoringweights_preview")
        return [own, *super().get_urls()]

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show who would come first with the points as typed. Nothing is written.

        Raises `PermissionDenied` for whoever may not change them.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = self.get_form(request)(
            request.POST or None, instance=ScoringWeights(pk=ScoringWeights.ONLY)
        )
        if not form.is_valid():
            return self.changeform_view(request, str(ScoringWeights.ONLY))
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("What these points would change"),
            "opts": self.opts,
            "form": form,
            "changes": preview(form.instance.points),
        }
        return TemplateResponse(request, "admin/weights_preview.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
