"""The points of `matching.scoring` for many pairs at once, and those of a need whoever comes."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mutualaid.catalog.time_slots import ANY_TIME, share
from mutualaid.matching.backlog.arrays import NeedRows
from mutualaid.matching.backlog.geography import INSIDE
from mutualaid.matching.backlog.problem import Floats, Ints
from mutualaid.matching.scoring import REST_INVITATIONS, Points
from requests_app.states import Urgency

Bools = NDArray[np.bool_]

PARTS = range(ANY_TIME + 1)
SHARED: Floats = np.zeros((len(PARTS), len(PARTS)))
SHARED[1:] = [[share(wanted, free) for free in PARTS] for wanted in PARTS[1:]]
"""The share of the wanted parts of a week that is free, by both numbers; 0 where they do not meet."""

PRIORITY: dict[int, float] = {
    Urgency.LOW: 100.0,
    Urgency.NORMAL: 200.0,
    Urgency.HIGH: 400.0,
    Urgency.CRITICAL: 1000.0,
}
"""Points for how soon it is needed. Critical ones double within `WAIT_HOURS`."""

WAIT_HOURS = 72.0

EQUITY = 400.0
MOST_EQUITY = 300.0
"""Points for a locality where fewer needs than elsewhere were taken on: 4 for each percent."""


def pair_score(
    points: Points,
    km: Floats,
    reach_km: Ints,
    exact: Bools,
    own_language: Bools,
    time: Floats,
    recent_invitations: Ints,
) -> Floats:
    """What the lines of `scoring.score` add up to, without the price.

    `km` is INSIDE in a chosen area and where distance does not matter; `time` is a share of 0 to 1.
    """
    share = 1 - km / np.maximum(reach_km, 1e-9)
    near = np.where(km == INSIDE, 1.0, np.clip(share, 0, 1))
    kind = np.where(exact, points.exact_category, points.related_category)
    language = np.where(own_language, points.own_language, points.shared_language)
    score: Floats = points.near * near + kind + language + points.shared_time * time
    return score + points.rested * np.exp(-recent_invitations / REST_INVITATIONS)


def need_points(needs: NeedRows, coverage: Mapping[int, float]) -> Floats:
    """Priority and equity. `coverage` is the share of needs taken on, for each locality."""
    return priority(needs.urgency, needs.waited_hours) + equity(needs.locality, coverage)


def priority(urgency: Ints, waited_hours: Floats) -> Floats:
    of = np.array([PRIORITY.get(number, 0.0) for number in range(max(PRIORITY) + 1)])
    points = of[urgency]
    waits = 1 + np.minimum(waited_hours / WAIT_HOURS, 1)
    return points * np.where(urgency == Urgency.CRITICAL, waits, 1.0)


def equity(locality: Ints, coverage: Mapping[int, float]) -> Floats:
    """A locality without needs in those days counts as covered like the mean."""
    if not coverage:
        return np.zeros(len(locality))
    mean = sum(coverage.values()) / len(coverage)
    points = {
        one: min(max(EQUITY * (mean - share), 0.0), MOST_EQUITY) for one, share in coverage.items()
    }
    return np.array([points.get(one, 0.0) for one in locality.tolist()], dtype=float)
