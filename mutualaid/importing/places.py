"""From what a row says about where to one of the group's areas: by name, then by position."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Locality
from mutualaid.importing.positions import Position
from mutualaid.importing.problems import FileProblem, Unread
from mutualaid.importing.words import plain, without_number

NAME_HOLDS_KM = 5.0
"""A name is believed where the position is this near to its area; else the position is."""

KM_OF_A_DEGREE = 110.5
"""Of latitude, the least there is (at the equator)."""


class Places:
    """The areas, ready to be found. `max_km`: how far a position may be from a centre."""

    def __init__(self, localities: Iterable[Locality], *, max_km: float) -> None:
        """Raises `FileProblem` when there are no areas."""
        everything = sorted(localities, key=lambda locality: (locality.lat, locality.slug))
        if not everything:
            raise FileProblem(_("There are no areas yet. Add them first: import_localities FILE"))
        wide = {locality.parent_id for locality in everything}
        self._narrow = [locality for locality in everything if locality.pk not in wide]
        self._latitudes = [locality.lat for locality in self._narrow]
        self._max_km = max_km
        self._by_name: dict[str, list[Locality]] = defaultdict(list)
        self._by_stem: dict[str, list[Locality]] = defaultdict(list)
        for locality in everything:
            self._by_name[plain(locality.name)].append(locality)
            self._by_stem[without_number(plain(locality.name))].append(locality)

    def find(self, place: str, position: Position | None) -> Locality:
        """The area of a row; raises `Unread` when there is none, or when several could be meant."""
        named = self._named(place, position)
        if named:
            return named
        if position:
            return self._nearest(position)
        raise Unread(_("No area has the name of the place, and there is no position."))

    def _named(self, place: str, position: Position | None) -> Locality | None:
        parts = [plain(part) for part in re.split(r"[,;/()]", place)]
        for name in dict.fromkeys([plain(place), *parts]):
            if position:
                alike = self._by_stem.get(without_number(name), [])
                near = self._closest(alike, position, NAME_HOLDS_KM)
            else:
                near = self._only(self._by_name.get(name, []))
            if near:
                return near
        return None

    def _only(self, found: list[Locality]) -> Locality | None:
        if len(found) > 1:
            raise Unread(_("Several areas have the name of the place; there is no position."))
        return found[0] if found else None

    def _nearest(self, position: Position) -> Locality:
        window = self._max_km / KM_OF_A_DEGREE
        first = bisect_left(self._latitudes, position.lat - window)
        last = bisect_right(self._latitudes, position.lat + window)
        found = self._closest(self._narrow[first:last], position, self._max_km)
        if not found:
            raise Unread(_("No area is within %g km of the position.") % self._max_km)
        return found

    def _closest(
        self, among: list[Locality], position: Position, most_km: float
    ) -> Locality | None:
        by_km = ((km_between(*position, place.lat, place.lng), place) for place in among)
        km, found = min(by_km, key=lambda pair: pair[0], default=(0.0, None))
        return found if km <= most_km else None
