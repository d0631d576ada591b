"""Which areas lie near which: kept in a table, so that no search computes a distance."""

from collections.abc import Iterable, Iterator
from math import ceil
from typing import NamedTuple

from django.db import transaction

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Locality, Near

FARTHEST_KM = 500
"""As far as anybody can say she would go."""


class Centre(NamedTuple):
    pk: int
    parent: int | None
    lat: float
    lng: float


class Way(NamedTuple):
    """From one area to another: the columns of `Near`."""

    locality_id: int
    other_id: int
    km: float
    whole_km: int
    inside: bool


@transaction.atomic
def measure(ids: Iterable[int] | None = None) -> None:
    """Measure these areas anew against all others, or all of them where none are named."""
    centres = [Centre(*row) for row in Locality.objects.values_list("pk", "parent", "lat", "lng")]
    known = {centre.pk for centre in centres}
    changed = known if ids is None else set(ids) & known
    if changed == known:
        Near.objects.all().delete()
    else:
        changed |= _what_is_in(changed, centres)
        Near.objects.filter(locality__in=changed).delete()
        Near.objects.filter(other__in=changed).delete()
    rows = (Near(**way._asdict()) for way in ways(centres, changed))
    Near.objects.bulk_create(rows, batch_size=5_000)


def ways(centres: list[Centre], changed: set[int]) -> Iterator[Way]:
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
                    yield Way(here.pk, there.pk, km, ceil(km), inside)


def _what_is_in(areas: set[int], centres: list[Centre]) -> set[int]:
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
