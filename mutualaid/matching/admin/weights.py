"""The points of each reason in the admin, with a preview of what other points would change."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.careful_form import CarefulRowForm
from mutualaid.matching import actions
from mutualaid.matching.admin.weights_preview import preview
from mutualaid.matching.models import ScoringWeights
from mutualaid.people.models import User
from mutualaid.singleton.together import TogetherAdmin


@admin.register(ScoringWeights)
class WeightsAdmin(TogetherAdmin[ScoringWeights]):
    form = CarefulRowForm
    preview_template = "admin/weights_preview.html"
    preview_title = _("What these points would change")
    fields: ClassVar = [
        "near", "exact_category", "related_category", "own_language", "shared_language",
        "shared_time", "rested", "confirmed", "kept",
    ]  # fmt: skip

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        if form.to_write:
            actions.change_weights(form.to_write, by=cast(User, request.user))

    def preview_context(self, form: Any) -> dict[str, Any]:
        return {"changes": preview(form.instance.points)}
