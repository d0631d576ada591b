"""How well an offer fits a need: a pure function of facts and points. Never how good a person is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import TypedDict

from mutualaid.catalog.time_slots import ANY_TIME, share


@dataclass(frozen=True)
class Points:
    """How many points each reason brings at most."""

    near: float = 35.0
    exact_category: float = 20.0
    related_category: float = 12.0
    own_language: float = 10.0
    shared_language: float = 4.0
    shared_time: float = 15.0
    rested: float = 12.0
    confirmed: float = 8.0
    kept: float = 5.0


STARTING = Points()
"""The points of a new group. Assumed, not measured; coordinators change them."""

CONFIRMED_DAYS = 30
"""For so many days the word of a volunteer that their offer holds is fresh. Assumed, not measured."""

REST_INVITATIONS = 3.0
"""Invitations in seven days after which the points for rest have fallen to 1/e. Assumed, not measured."""


KEPT = "kept"
"""The code of the reason that an offer was proposed: whoever has it is invited first."""


class Line(TypedDict):
    """One reason: a code that `search.reasons` puts into words, its points, and the value it names, or ""."""

    code: str
    points: float
    value: str


@dataclass(frozen=True)
class Price:
    """How much an offer is wanted elsewhere, in points; so many `scarce` needs have hardly anyone else."""

    points: float = 0.0
    scarce: int = 0


NO_PRICE = Price()


@dataclass(frozen=True)
class Facts:
    """What is known of one offer beside one need.

    `km` is how far it is on the whole (ADR 85), and None where distance does not matter. `same_locality` says
    that the need is in an area they chose, or in a part of it. `wanted_parts` and `free_parts` are a bit for
    each part of the week.
    """

    km: float | None
    reach_km: int
    same_locality: bool
    same_category: bool
    languages: Sequence[str]
    """Languages both speak, by their own names; the neighbour's own first, if they share it."""
    own_language: bool
    invitations_in_seven_days: int
    days_since_invited: int | None = None
    """None: they were never invited."""
    is_confirmed: bool = False
    """They said within the last `CONFIRMED_DAYS` that their offer holds."""
    is_kept: bool = False
    """The last look at all needs together proposed this offer for this need."""
    price: Price = NO_PRICE
    wanted_parts: int = ANY_TIME
    free_parts: int = ANY_TIME

    @property
    def way(self) -> float:
        """The share of their reach that this need takes: 0 where they are, 1 at the end of it or beyond."""
        if not self.km:
            return 0.0
        return min(1.0, self.km / self.reach_km) if self.reach_km else 1.0


def score(facts: Facts, points: Points = STARTING) -> list[Line]:
    """The reasons for this pair; the sum of their points is its rank among others.

    Points for distance fall linearly from all in the same place to none at full reach; those for rest by
    e^(−invitations / REST_INVITATIONS). An offer that was confirmed lately has all points for that, any
    other none: fewer each day would only tell equals apart. A proposal that counts nothing is no reason. A
    price is a reason with negative points.
    """
    lines = [
        _distance(facts, points),
        _category(facts, points),
        _language(facts, points),
        _time(facts, points),
        _rest(facts, points),
    ]
    if facts.is_confirmed:
        lines.append(_line("confirmed", points.confirmed))
    if facts.is_kept and points.kept:
        lines.append(_line(KEPT, points.kept))
    if facts.price.points:
        lines.append(_line("wanted", -facts.price.points, str(facts.price.scarce)))
    return lines


def total(lines: Sequence[Line]) -> float:
    """The score: the sum of the points, to one decimal, as it is shown."""
    return round(sum(line["points"] for line in lines), 1)


def _distance(facts: Facts, points: Points) -> Line:
    if facts.km is None:
        return _line("remote", points.near)
    if facts.same_locality and not facts.km:
        return _line("same_locality", points.near)
    code = "wide_area" if facts.same_locality else "in_reach"
    return _line(code, points.near * (1 - facts.way), f"{facts.km:.0f}")


def _category(facts: Facts, points: Points) -> Line:
    if facts.same_category:
        return _line("same_category", points.exact_category)
    return _line("related_category", points.related_category)


def _language(facts: Facts, points: Points) -> Line:
    code, most = (
        ("language", points.own_language)
        if facts.own_language
        else ("other_language", points.shared_language)
    )
    return _line(code, most, ", ".join(facts.languages))


def _time(facts: Facts, points: Points) -> Line:
    wanted, free = facts.wanted_parts, facts.free_parts
    code = "any_time" if free == ANY_TIME else "shared_time"
    return _line(code, points.shared_time * share(wanted, free), str(wanted & free))


def _rest(facts: Facts, points: Points) -> Line:
    worth = points.rested * exp(-facts.invitations_in_seven_days / REST_INVITATIONS)
    if facts.invitations_in_seven_days:
        return _line("asked", worth, str(facts.invitations_in_seven_days))
    days = facts.days_since_invited
    return _line("rested", worth, "" if days is None else str(days))


def _line(code: str, points: float, value: str = "") -> Line:
    return {"code": code, "points": points, "value": value}
