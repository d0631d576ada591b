"""How far areas are apart, in the plainest words: by loops over their leaves."""

from collections.abc import Callable
from functools import cache
from math import sqrt
from random import Random
from typing import NamedTuple

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Locality
from tests.support import factories


class Way(NamedTuple):
    """In km, to the metre: between the nearest leaves, and on the whole, the root of the mean square."""

    gap: float
    km: float


def ways() -> Callable[[Locality, Locality], Way]:
    """Look at all areas as they are now; return what tells how far two of them are apart."""
    areas = list(Locality.objects.all())
    parts = {area.pk: [one for one in areas if one.parent_id == area.pk] for area in areas}

    def leaves(area: Locality) -> list[Locality]:
        return [leaf for part in parts[area.pk] for leaf in leaves(part)] or [area]

    @cache
    def way(here: Locality, there: Locality) -> Way:
        km = [km_between(a.lat, a.lng, b.lat, b.lng) for a in leaves(here) for b in leaves(there)]
        return Way(round(min(km), 3), round(sqrt(sum(one**2 for one in km) / len(km)), 3))

    return way


def areas_at_random(dice: Random) -> list[Locality]:
    """Fourteen areas, some of them parts of others, within some twenty km."""
    areas: list[Locality] = []
    for n in range(14):
        parent = dice.choice([None, *areas[-5:]])
        lat, lng = dice.random() / 5, dice.random() / 5
        areas.append(factories.locality(f"a{n}", lat, lng, parent=parent))
    return areas
