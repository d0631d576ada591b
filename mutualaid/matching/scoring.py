"""How well an offer fits a need: a pure function. Never anything about how good a person is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import TypedDict

NEAR = 35.0
EXACT_CATEGORY = 20.0
RELATED_CATEGORY = 12.0
LANGUAGE = 10.0
RESTED = 12.0
"""Starting weights (points), from the design's measured score."""

REST_ASKS = 3.0
"""Asks in seven days after which the points for rest have fallen to 1/e."""


class Line(TypedDict):
    """One reason: a code that `reasons` puts into words, its points, and what it names."""

    code: str
    points: float
    value: str


@dataclass(frozen=True)
class Facts:
    """What is known of one offer beside one need. `km` is None where distance does not matter."""

    km: float | None
    reach_km: int
    same_locality: bool
    same_category: bool
    languages: Sequence[str]
    """Languages both speak, by their own names."""
    asks_in_seven_days: int


def score(facts: Facts) -> list[Line]:
    """Return the reasons for this pair; their points add up to its score (at most 77)."""
    return [_distance(facts), _category(facts), _language(facts), _rest(facts)]


def total(lines: Sequence[Line]) -> float:
    """The score: the sum of the points, rounded like the lines that are shown."""
    return round(sum(line["points"] for line in lines), 1)


def _distance(facts: Facts) -> Line:
    if facts.km is None:
        return _line("remote", NEAR)
    if facts.same_locality:
        return _line("same_locality", NEAR)
    share = max(0.0, 1 - facts.km / facts.reach_km) if facts.reach_km else 0.0
    return _line("in_reach", NEAR * share, f"{facts.km:.0f}")


def _category(facts: Facts) -> Line:
    if facts.same_category:
        return _line("same_category", EXACT_CATEGORY)
    return _line("related_category", RELATED_CATEGORY)


def _language(facts: Facts) -> Line:
    return _line("language", LANGUAGE, ", ".join(facts.languages))


def _rest(facts: Facts) -> Line:
    return _line(
        "rested", RESTED * exp(-facts.asks_in_seven_days / REST_ASKS), str(facts.asks_in_seven_days)
    )


def _line(code: str, points: float, value: str = "") -> Line:
    return {"code": code, "points": round(points, 1), "value": value}
