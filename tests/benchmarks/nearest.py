"""The naive matcher to compare with: the oldest need first, the nearest offer with a place left."""

from typing import Any

import numpy as np


def oldest_first_nearest_offer(city: Any) -> list[tuple[int, int]]:
    """Return proposals as (need, offer) by ids."""
    places_left, proposals = city.places.copy(), []
    for need in sorted(city.needs, key=lambda need: need[4]):
        who, _, km = city.fitting(need)
        free = np.flatnonzero(places_left[who] > 0)
        if len(free):
            chosen = who[free[np.argmin(km[free])]]
            places_left[chosen] -= 1
            proposals.append((need[0], city.offers[chosen][0]))
    return proposals
