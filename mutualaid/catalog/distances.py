"""Distances between areas, centre to centre. Pure: `models.rebuild_distances` keeps the table."""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from mutualaid.catalog.geo import km_between

FARTHEST_KM = 500
"""As far as a volunteer can offer to go."""


class Centre(NamedTuple):
    """Degrees; `parent` is the id of what the area is part of."""

    pk: int
    parent: int | None
    lat: float
    lng: float


class Distance(NamedTuple):
    """From one area to another: the columns of `models.LocalityDistance`. `whole_km` is rounded up."""

    locality_id: int
    other_id: int
    km: float
    whole_km: int
    inside: bool


def distances(centres: list[Centre], changed: set[int]) -> Iterator[Distance]:
    """Yield all distances of at most `FARTHEST_KM` from or to an area in `changed` (ids).

    From an area to itself and to what it is part of it is 0 km, and inside.
    """
    parents = {centre.pk: centre.parent for centre in centres}
    for area in centres:
        ancestors = _with_ancestors(area.pk, parents)
        for other in centres:
            if area.pk in changed or other.pk in changed:
                inside = other.pk in ancestors
                km = 0.0 if inside else km_between(area.lat, area.lng, other.lat, other.lng)
                if km <= FARTHEST_KM:
                    yield Distance(area.pk, other.pk, km, ceil(km), inside)


def with_descendants(areas: set[int], centres: list[Centre]) -> set[int]:
    """Return the ids of these areas and of all that is part of them."""
    parents = {centre.pk: centre.parent for centre in centres}
    return {pk for pk in parents if areas & _with_ancestors(pk, parents)}


def _with_ancestors(pk: int, parents: dict[int, int | None]) -> set[int]:
    """The ids of this area and of all that it is part of; a ring of parents ends where it began."""
    ancestors: set[int] = set()
    current: int | None = pk
    while current is not None and current not in ancestors:
        ancestors.add(current)
        current = parents.get(current)
    return ancestors
