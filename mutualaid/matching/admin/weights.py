"""The points of each reason in the admin, with a preview of what other points would change."""

from typing import Any, ClassVar, NamedTuple, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.careful_form import CarefulRowForm
from mutualaid.matching import actions
from mutualaid.matching.models import ScoringWeights, current_points
from mutualaid.matching.scoring import Points
from mutualaid.matching.search.ranking import best_offers
from mutualaid.people.models import User
from mutualaid.singleton.together import TogetherAdmin
from offers_app.models import Offer
from requests_app.models import Need

NEEDS, FIRST = 8, 5
"""How many needs are shown, and how many people for each."""


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


class Change(NamedTuple):
    """The first volunteers for one need with their scores, by the points in force and by the new ones."""

    need: Need
    now: list[str]
    then: list[str]

    @property
    def differs(self) -> bool:
        return self.now != self.then


def preview(points: Points) -> list[Change]:
    """What `points` would change for the newest open needs."""
    newest = (
        Need.objects.open().select_related("category", "locality").order_by("-created_at", "-pk")
    )
    return [
        Change(need, _first(need, current_points()), _first(need, points))
        for need in newest[:NEEDS]
    ]


def _first(need: Need, points: Points) -> list[str]:
    best = best_offers(need, FIRST, points=points).offers
    offers = Offer.objects.select_related("volunteer").in_bulk([ranked.offer_id for ranked in best])
    return [f"{offers[ranked.offer_id]} · {ranked.rank:.1f}" for ranked in best]
