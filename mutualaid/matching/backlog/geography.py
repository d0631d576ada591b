"""How far apart the localities are: a table, for there are a few hundred or a thousand of them."""

from dataclasses import dataclass

import numpy as np

from mutualaid.catalog.geo import EARTH_DIAMETER_KM
from mutualaid.catalog.models import Locality
from mutualaid.matching.backlog.problem import Floats, Ints

INSIDE = -1.0
"""Distance to a locality that is the same or holds it: in reach of everybody who chose it."""


@dataclass(frozen=True)
class Geography:
    """`km[here, there]` by positions in the sorted ids; one more row, full of INSIDE, is anywhere."""

    ids: Ints
    km: Floats

    @property
    def anywhere(self) -> int:
        """The position of no place in particular."""
        return len(self.ids)

    def positions(self, ids: Ints) -> Ints:
        return np.where(ids < 0, self.anywhere, np.searchsorted(self.ids, ids))


def read_geography() -> Geography:
    rows = list(Locality.objects.order_by("pk").values_list("pk", "parent", "lat", "lng"))
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    km = np.full((len(rows) + 1, len(rows)), INSIDE)
    if rows:
        lat, lng = np.radians(np.array([row[2:] for row in rows], dtype=float)).T
        km[:-1] = _haversine(lat, lng)
    place, parents = {row[0]: n for n, row in enumerate(rows)}, {row[0]: row[1] for row in rows}
    for here, number in place.items():
        seen: set[int] = set()
        wider: int | None = here
        while wider is not None and wider not in seen:
            km[number, place[wider]] = INSIDE
            seen.add(wider)
            wider = parents[wider]
    return Geography(ids, km)


def _haversine(lat: Floats, lng: Floats) -> Floats:
    """The distance of `catalog.geo.km_between`, of each to each. Radians in."""
    h = np.sin((lat[:, None] - lat) / 2) ** 2
    h += np.cos(lat[:, None]) * np.cos(lat) * np.sin((lng[:, None] - lng) / 2) ** 2
    km: Floats = EARTH_DIAMETER_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))
    return km
