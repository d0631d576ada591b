"""How far apart the localities of needs and offers are: a table, for they are a few hundred or a thousand."""

from dataclasses import dataclass

import numpy as np

from mutualaid.catalog.distances import Area, Distances
from mutualaid.catalog.models import Locality
from mutualaid.matching.backlog.problem import Floats, Ints

FEW_AREAS = 1_000
"""So many are all in the tables: a need that is the first of its area is no reason to begin anew."""

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

    def covers(self, ids: Ints) -> bool:
        """Whether all of these ids (n,) stand in the tables."""
        return bool(np.isin(ids, self.ids).all())


def read_areas() -> list[Area]:
    """Read all localities in one query, ascending by id."""
    return [Area(*row) for row in Locality.objects.order_by("pk").values_list(*Area._fields)]


def geography_of(areas: list[Area], wanted: Ints) -> Geography:
    """Work out the tables of the areas with a wanted id; of all, where they are not too many."""
    distances = Distances(areas)
    is_wanted = np.isin(distances.ids, wanted) | (len(areas) <= FEW_AREAS)
    found = np.flatnonzero(is_wanted)
    gap_km, km = (np.zeros((len(found) + 1, len(found))) for _ in range(2))
    for row, area in enumerate(found.tolist()):
        gap_km[row], km[row] = distances.gap_km(area)[found], distances.km(area)[found]
    return Geography(distances.ids[found], gap_km, km)
