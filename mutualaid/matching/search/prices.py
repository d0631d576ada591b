"""How much each offer is wanted elsewhere. It is taken from its score, so that the only driver for
miles is not spent on what ten others could do.
"""

from collections.abc import Mapping

from django.db.models import Count, FloatField, Q, Sum
from django.db.models.functions import Cast

from mutualaid.matching.models import Match, OfferPrice
from mutualaid.matching.scoring import NO_PRICE, Price
from mutualaid.matching.states import UNANSWERED
from requests_app.models import Need
from requests_app.states import NeedState

PER_PRESSURE = 40.0
"""Points for a pressure of one: one need for each free place, with nobody else who fits."""
HIGHEST = 60.0
SCARCE = 3
"""A need that has at most so many candidates has hardly anybody."""


def prices_of(free: Mapping[int, int], *, beside: Need) -> dict[int, Price]:
    """The price of each offer in `free` (its id, and its free places this week), in whole points.

    The last look at all needs together decides while it is fresh; where there is none, pressure:
    each other open need that could use the offer counts one divided by the number of its
    candidates, and the sum is shared by the free places. Whole points, for less is noise.
    """
    solved = dict(OfferPrice.objects.fresh().filter(offer__in=free).values_list("offer", "points"))
    rest = [pk for pk in free if pk not in solved]
    prices = {pk: Price(float(int(points))) for pk, points in solved.items()}
    for pk, pressure, scarce in _pressures(rest, beside):
        points = float(int(min(HIGHEST, PER_PRESSURE * pressure / max(1, free[pk]))))
        prices[pk] = Price(points, scarce) if points else NO_PRICE
    return prices


def _pressures(offers: list[int], beside: Need) -> list[tuple[int, float, int]]:
    """(offer, pressure on all its places, scarce needs among those that press)."""
    wanted = Match.objects.filter(
        offer__in=offers,
        state__in=UNANSWERED,
        need__state=NeedState.OPEN,
        need__search__candidates__gt=0,
    ).exclude(need=beside)
    counted = (
        wanted.order_by()
        .values("offer")
        .annotate(
            pressure=Sum(1.0 / Cast("need__search__candidates", FloatField())),
            scarce=Count("pk", filter=Q(need__search__candidates__lte=SCARCE)),
        )
    )
    return list(counted.values_list("offer", "pressure", "scarce"))
