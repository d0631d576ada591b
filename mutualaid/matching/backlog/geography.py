"""How far apart the localities of needs and offers are: a table, for they are a few hundred or a thousand."""

from dataclasses import dataclass

import numpy as np

from mutualaid.catalog.distances import Area, Distances
from mutualaid.catalog.models import Locality
from mutualaid.matching.backlog.problem import Floats, Ints

ANYWHERE = -1
"""Stands for the id of a locality where distance does not matter."""


@dataclass(frozen=True)
class Geography:
    """Tables are (n_localities + 1, n_localities); the last row is ANYWHERE, and full of 0."""

    ids: Ints
    """(n_localities,), ascending."""
    gap_km: Floats
    """Between the nearest leaves: what a reach is compared with."""
    km: Floats
    """On the whole: what points are for."""

    def positions(self, ids: Ints) -> Ints:
        """Return the rows of these ids, each of which exists or is ANYWHERE; both (n,)."""
        return np.where(ids == ANYWHERE, len(self.ids), np.searchsorted(self.ids, ids))


def read_geography(wanted: Ints) -> Geography:
    """Read all localities in one query, and work out the tables of those with a wanted id."""
    areas = Locality.objects.values_list("pk", "parent", "lat", "lng")
    distances = Distances(Area(*row) for row in areas)
    found = np.flatnonzero(np.isin(distances.ids, wanted))
    gap_km, km = (np.zeros((len(found) + 1, len(found))) for _ in range(2))
    for row, area in enumerate(found.tolist()):
        gap_km[row], km[row] = distances.gap_km(area)[found], distances.km(area)[found]
    return Geography(distances.ids[found], gap_km, km)
