"""What an offer costs a need: how much its volunteer is wanted elsewhere, in points (ADR 12)."""

from collections.abc import Iterable, Mapping

from django.db.models import Count, FloatField, Q, Sum
from django.db.models.functions import Cast

from mutualaid.local_time import this_week
from mutualaid.matching.models import Match, OfferPrice
from mutualaid.matching.scoring import NO_PRICE, Price
from mutualaid.matching.states import UNANSWERED
from requests_app.models import Need

PER_PRESSURE = 40.0
"""Points for a pressure of one: one need for each free place, with no one else who fits. Assumed (ADR 12)."""
HIGHEST = 60.0
"""Points that a price by pressure never exceeds. Assumed (ADR 12)."""
SCARCE = 3
"""A need that has at most so many candidates has hardly anyone."""


def prices_of(free: Mapping[int, int], *, beside: Need) -> dict[int, Price]:
    """The price of each offer in `free` (its id → its free places), in whole points (ADR 12).

    It is taken from the score, so that the only driver for miles is not spent on what ten others could do.
    For this week the price of the last backlog run decides while it is fresh; else pressure: each other open
    need that could use the offer counts one divided by the number of its candidates, and the sum is
    shared by the free places. Whole points, for less is noise.
    """
    solved = _solved_prices(free) if beside.week == this_week() else {}
    unsolved = {pk: places for pk, places in free.items() if pk not in solved}
    return solved | _prices_by_pressure(unsolved, beside)


def _solved_prices(offers: Iterable[int]) -> dict[int, Price]:
    prices = OfferPrice.objects.fresh().filter(offer__in=list(offers))
    return {pk: Price(_whole(points)) for pk, points in prices.values_list("offer", "points")}


def _prices_by_pressure(free: Mapping[int, int], beside: Need) -> dict[int, Price]:
    prices = {}
    for pk, pressure, scarce in _pressures(list(free), beside):
        points = _whole(min(HIGHEST, PER_PRESSURE * pressure / max(1, free[pk])))
        prices[pk] = Price(points, scarce) if points else NO_PRICE
    return prices


def _whole(points: float) -> float:
    return float(int(points))


def _pressures(offers: list[int], beside: Need) -> list[tuple[int, float, int]]:
    """(offer, pressure on all its places, scarce needs among those that press), needs other than `beside`.

    Only needs of the same week press: those of another one take other places.
    """
    competing = Match.objects.filter(
        offer__in=offers,
        state__in=UNANSWERED,
        need__in=Need.objects.open().of_week(beside.week),
        need__search__candidates__gt=0,
    ).exclude(need=beside)
    counted = (
        competing.order_by()
        .values("offer")
        .annotate(
            pressure=Sum(1.0 / Cast("need__search__candidates", FloatField())),
            scarce=Count("pk", filter=Q(need__search__candidates__lte=SCARCE)),
        )
    )
    return list(counted.values_list("offer", "pressure", "scarce"))
