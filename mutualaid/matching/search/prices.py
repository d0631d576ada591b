"""What an offer costs a need: how much its volunteer is wanted elsewhere, in points (ADR 12).

It is taken from the score, so that the only driver for miles is not spent on what ten others could do. For
this week the price of the last backlog run decides while it is fresh; else pressure: each other open need
that could use the offer counts one divided by the number of its candidates, and the sum is shared by the
free places. Whole points, for less is noise.
"""

from typing import Any

from django.db.models import (
    Count,
    DateField,
    Exists,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast

from mutualaid.matching.models import Match, NeedSearch, OfferPrice
from mutualaid.matching.scoring import NO_PRICE, Price
from mutualaid.matching.states import UNANSWERED
from mutualaid.statements import Given, constant, in_window, slot
from requests_app.models import Need

PER_PRESSURE = 40.0
"""Points for a pressure of one: one need for each free place, with no one else who fits. Assumed (ADR 12)."""
HIGHEST = 60.0
"""Points that a price by pressure never exceeds. Assumed (ADR 12)."""
SCARCE = 3
"""A need that has at most so many candidates has hardly anyone."""


def price_of(free: int, solved: float | None, pressure: float | None, scarce: int | None) -> Price:
    """The price of an offer with so many free places; `solved` by the last run, if that says anything.

    `pressure` is that on all its places, with so many `scarce` needs among those that press.
    """
    if solved is not None:
        return Price(_whole(solved))
    points = _whole(min(HIGHEST, PER_PRESSURE * (pressure or 0.0) / max(1, free)))
    return Price(points, scarce or 0) if points else NO_PRICE


def solved_prices(offers: Given | in_window) -> "QuerySet[Any, tuple[int, float]]":
    """(offer, points) by the last run, of these offers; they count in this week only."""
    return OfferPrice.objects.fresh().filter(offer__in=offers).values_list("offer", "points")


def pressures(offers: Given | in_window, *, is_this_week: bool) -> "QuerySet[Any, tuple[Any, ...]]":
    """(offer, pressure, scarce needs) of these offers, by needs other than that of the slots.

    Only needs of the same week press: those of another one take other places.
    """
    week, end = slot("week", DateField()), slot("week_end", DateField())
    needs = Need.objects.open().between(week, end, or_without_day=is_this_week)
    pressing = NeedSearch.objects.filter(
        Exists(needs.filter(pk=OuterRef("need"))),
        need=OuterRef("need"),
        candidates__gt=constant(0),
    )
    competing = Match.objects.filter(
        ~Q(need=slot("need")), offer__in=offers, state__in=UNANSWERED
    ).annotate(
        # Not a join: PostgreSQL may begin it with each open need where it thinks that there are few.
        among=Subquery(pressing.values("candidates"))
    )
    counted = (
        competing.order_by()
        .values("offer")
        .annotate(
            pressure=Sum(constant(1.0, FloatField()) / Cast("among", FloatField())),
            scarce=Count("pk", filter=Q(among__lte=constant(SCARCE, IntegerField()))),
        )
    )
    return counted.values_list("offer", "pressure", "scarce")


def _whole(points: float) -> float:
    return float(int(points))
