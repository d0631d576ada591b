"""How far apart the localities are: a table, for there are a few hundred or a thousand of them."""

from dataclasses import dataclass

import numpy as np

from mutualaid.catalog.geo import EARTH_DIAMETER_KM
from mutualaid.catalog.models import Locality
from mutualaid.matching.backlog.problem import Floats, Ints

ANYWHERE = -1
"""Stands for the id of a locality where distance does not matter."""

INSIDE = -1.0
"""Distance to a locality that is the same or holds it: in reach of everyone who chose it."""


@dataclass(frozen=True)
class Geography:
    ids: Ints
    """(n_localities,), ascending."""
    km: Floats
    """(n_localities + 1, n_localities), `km[need's position, offer's position]`. Not symmetric: a
    locality is INSIDE those that hold it. The last row is ANYWHERE, and full of INSIDE."""

    def positions(self, ids: Ints) -> Ints:
        """Return the rows of `km` of these ids, each of which exists or is ANYWHERE; both (n,)."""
        return np.where(ids == ANYWHERE, len(self.ids), np.searchsorted(self.ids, ids))


def read_geography() -> Geography:
    """Read all localities and work out the table, in one query."""
    rows = list(Locality.objects.order_by("pk").values_list("pk", "parent", "lat", "lng"))
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    km = np.full((len(rows) + 1, len(rows)), INSIDE)
    if rows:
        lat, lng = np.radians(np.array([row[2:] for row in rows], dtype=float)).T
        km[:-1] = _haversine(lat, lng)
    position = {row[0]: number for number, row in enumerate(rows)}
    parents = {row[0]: row[1] for row in rows}
    for pk, number in position.items():
        seen: set[int] = set()
        ancestor: int | None = pk
        while ancestor is not None and ancestor not in seen:
            km[number, position[ancestor]] = INSIDE
            seen.add(ancestor)
            ancestor = parents[ancestor]
    return Geography(ids, km)


def _haversine(lat: Floats, lng: Floats) -> Floats:
    """`catalog.geo.km_between` of each to each: radians (n,) in, km (n, n) out."""
    h = np.sin((lat[:, None] - lat) / 2) ** 2
    h += np.cos(lat[:, None]) * np.cos(lat) * np.sin((lng[:, None] - lng) / 2) ** 2
    km: Floats = EARTH_DIAMETER_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))
    return km
