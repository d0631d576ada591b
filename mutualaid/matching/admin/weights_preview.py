"""What other points would change: who comes first for the newest open needs, now and then."""

from typing import NamedTuple

from mutualaid.matching.models import current_points
from mutualaid.matching.scoring import Points
from mutualaid.matching.search.ranking import best_offers
from offers_app.models import Offer
from requests_app.models import Need

NEEDS, FIRST = 8, 5
"""How many needs are shown, and how many people for each."""


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
