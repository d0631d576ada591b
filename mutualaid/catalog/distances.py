"""How far apart areas lie, in km between their centres. Pure: `models.rebuild_distances` keeps the table."""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from mutualaid.catalog.geo import km_between

FARTHEST_KM = 500
"""As far as anyone can say they would go."""


class Centre(NamedTuple):
    pk: int
    parent: int | None
    lat: float
    lng: float


class Distance(NamedTuple):
    """From one area to another: the columns of `models.LocalityDistance`."""

    locality_id: int
    other_id: int
    km: float
    whole_km: int
    inside: bool


def distances(centres: list[Centre], changed: set[int]) -> Iterator[Distance]:
    """All ways of at most `FARTHEST_KM` that begin or end in a changed area.

    What an area is part of is no way off: 0 km, and inside.
    """
    above = {centre.pk: centre.parent for centre in centres}
    for here in centres:
        wider = _way_up(here.pk, above)
        for there in centres:
            if here.pk in changed or there.pk in changed:
                inside = there.pk in wider
                km = 0.0 if inside else km_between(here.lat, here.lng, there.lat, there.lng)
                if km <= FARTHEST_KM:
                    yield Distance(here.pk, there.pk, km, ceil(km), inside)


def what_is_in(areas: set[int], centres: list[Centre]) -> set[int]:
    above = {centre.pk: centre.parent for centre in centres}
    return {pk for pk in above if areas & _way_up(pk, above)}


def _way_up(pk: int, above: dict[int, int | None]) -> set[int]:
    """This area and all that it is part of."""
    way: set[int] = set()
    here: int | None = pk
    while here is not None and here not in way:
        way.add(here)
        here = above.get(here)
    return way
