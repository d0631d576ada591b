"""The points of `matching.scoring` for many pairs at once, and those of a need whoever comes."""

from collections.abc import Mapping

import numpy as np

from mutualaid.catalog.time_slots import ANY_TIME, share
from mutualaid.matching.backlog.problem import Bools, Floats, Ints
from mutualaid.matching.scoring import REST_INVITATIONS, Points
from requests_app.states import Urgency

_WEEK_PARTS = range(ANY_TIME + 1)
SHARED_TIME: Floats = np.zeros((len(_WEEK_PARTS), len(_WEEK_PARTS)))
SHARED_TIME[1:] = [[share(wanted, free) for free in _WEEK_PARTS] for wanted in _WEEK_PARTS[1:]]
"""[wanted, free] (both bits of `catalog.time_slots`): the share of the wanted time that is free, 0 to 1."""

PRIORITY: dict[int, float] = {
    Urgency.LOW: 100.0,
    Urgency.NORMAL: 200.0,
    Urgency.HIGH: 400.0,
    Urgency.CRITICAL: 1000.0,
}
"""Points for how soon it is needed. Critical ones double within `WAIT_HOURS`. Assumed, not measured."""

WAIT_HOURS = 72.0

EQUITY = 400.0
MOST_EQUITY = 300.0
"""Points for a locality where fewer needs than elsewhere were taken on: 4 for each percent.

Assumed, not measured.
"""


def pair_score(
    points: Points,
    km: Floats,
    reach_km: Ints,
    is_exact: Bools,
    own_language: Bools,
    shared_time: Floats,
) -> Floats:
    """Return what the lines of `scoring.score` about both sides add up to; all arrays are (n_pairs,).

    `km` is 0 where distance does not matter, `shared_time` a share of 0 to 1.
    """
    nearness = np.clip(1 - km / np.maximum(reach_km, 1e-9), 0, 1)
    category = np.where(is_exact, points.exact_category, points.related_category)
    language = np.where(own_language, points.own_language, points.shared_language)
    score: Floats = points.near * nearness + category + language + points.shared_time * shared_time
    return score


def offer_points(points: Points, recent_invitations: Ints, confirmed: Bools) -> Floats:
    """Return what the lines of `scoring.score` about an offer alone add up to; all arrays are (n_offers,).

    `recent_invitations` are those of the last seven days.
    """
    rested: Floats = points.rested * np.exp(-recent_invitations / REST_INVITATIONS)
    return rested + points.confirmed * confirmed


def need_points(
    urgency: Ints, waited_hours: Floats, locality: Ints, coverage: Mapping[int, float]
) -> Floats:
    """Return priority plus equity, all arrays (n_needs,). `locality` and `coverage` are as of `equity`."""
    return priority(urgency, waited_hours) + equity(locality, coverage)


def priority(urgency: Ints, waited_hours: Floats) -> Floats:
    """Return the points for how soon each need is needed; all arrays are (n_needs,)."""
    by_urgency = np.array([PRIORITY.get(urgency, 0.0) for urgency in range(max(PRIORITY) + 1)])
    factor = 1 + np.minimum(waited_hours / WAIT_HOURS, 1)
    return by_urgency[urgency] * np.where(urgency == Urgency.CRITICAL, factor, 1.0)


def equity(locality: Ints, coverage: Mapping[int, float]) -> Floats:
    """Return the points for localities that were left behind; `locality` are ids, (n_needs,).

    `coverage` is the share (0 to 1) of needs that were taken on, by the id of the locality. One that
    is not in it counts as covered like the mean.
    """
    if not coverage:
        return np.zeros(len(locality))
    mean = sum(coverage.values()) / len(coverage)
    points = {
        pk: min(max(EQUITY * (mean - share), 0.0), MOST_EQUITY) for pk, share in coverage.items()
    }
    return np.array([points.get(pk, 0.0) for pk in locality.tolist()], dtype=float)
