"""The naive matcher, frozen: the oldest need first, and the nearest who still has a place."""

from typing import Any

import numpy as np


def oldest_first_nearest_offer(city: Any) -> list[tuple[int, int]]:
    """Proposals as (need, offer) by ids."""
    left, proposals = city.places.copy(), []
    for need in sorted(city.needs, key=lambda need: need[4]):
        who, _, km = city.fitting(need)
        free = np.flatnonzero(left[who] > 0)
        if len(free):
            chosen = who[free[np.argmin(km[free])]]
            left[chosen] -= 1
            proposals.append((need[0], city.offers[chosen][0]))
    return proposals
