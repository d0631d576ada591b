"""Hold: an offer waits back from a need that can wait, while others need its volunteer more (ADR 88)."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np

from mutualaid.matching.backlog.load import coverage_by_locality
from mutualaid.matching.backlog.points import need_points
from mutualaid.matching.models import Match
from requests_app.models import Need
from requests_app.states import Urgency

CAN_WAIT = (Urgency.LOW, Urgency.NORMAL)

SHARE = 0.25
"""Of the time from the ask to the end of its day, in which an offer may wait back. Assumed (ADR 88)."""


def hold_ends(need: Need) -> datetime:
    """Until when offers may wait back from `need` at most; it may be over. None does from what is urgent."""
    if need.urgency not in CAN_WAIT:
        return need.created_at
    return need.created_at + SHARE * (need.ends_at - need.created_at)


def held(need: Need, matches: Iterable[Match], now: datetime) -> set[Match]:
    """Those of `matches` whose offers wait back from `need` now.

    They cost more than all that the backlog's auction counts for it: its priority, the equity of its area,
    and how well they fit. Whom a coordinator pinned never waits, nor who was proposed for this very need.
    """
    if hold_ends(need) <= now:
        return set()
    priced = [match for match in matches if match.price and not (match.pinned or match.is_kept)]
    least = _worth(need, {})
    dear = [match for match in priced if match.score + least < 0]
    if not dear:  # nearly always: then nobody counts all areas for the equity of one
        return set()
    worth = _worth(need, coverage_by_locality(now))
    return {match for match in dear if match.score + worth < 0}


def _worth(need: Need, coverage: dict[int, float]) -> float:
    """Points of the need whoever comes. What can wait does not grow with the time it has waited."""
    urgency, locality = np.array([need.urgency]), np.array([need.locality_id])
    return float(need_points(urgency, np.zeros(1), locality, coverage)[0])
