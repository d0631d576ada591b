"""Areas for a place that has none yet, from the positions and places of a needs sheet.

Positions are put into squares of a neighbourhood's size; each square that has any becomes an area.
Its centre is the square's: the mean of its positions would be a person's own where there is one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, floor, pi, radians

from django.utils.text import slugify

from mutualaid.catalog.geo import EARTH_DIAMETER_KM, km_between
from mutualaid.importing.naming import Naming
from mutualaid.importing.positions import Position

KM_OF_A_DEGREE = EARTH_DIAMETER_KM * pi / 360
DECIMALS = 3
"""Of a degree: about 100 m, far finer than a square."""


@dataclass(frozen=True)
class Proposal:
    """A line of a localities file; `parent` is the slug of another, or empty."""

    name: str
    slug: str
    parent: str
    lat: float
    lng: float


Square = tuple[int, int]


def propose(rows: Iterable[tuple[Position, str]], *, km: float, parent: str) -> list[Proposal]:
    """One area for each square of `km` by `km` that holds a position; rows are (position, place).

    `parent` is the name of what they are all part of, or empty. The same rows in any order give
    the same areas, those with the most rows first.
    """
    squares: dict[Square, list[str]] = defaultdict(list)
    for position, place in rows:
        squares[_square(position, km)].append(place)
    ordered = sorted(squares, key=lambda square: (-len(squares[square]), square))
    centres = {square: _centre(square, km) for square in ordered}
    names = _unique(_named(ordered, squares, centres, parent))
    slugs = _Slugs()
    wide = [Proposal(parent, slugs.take(parent), "", *_middle(centres.values()))] if parent else []
    above = wide[0].slug if wide else ""
    return wide + [
        Proposal(name, slugs.take(name), above, *centres[square])
        for square, name in zip(ordered, names, strict=True)
    ]


def _square(position: Position, km: float) -> Square:
    step = km / KM_OF_A_DEGREE
    line = floor(position.lat / step)
    return line, floor(position.lng / _width(line, km))


def _centre(square: Square, km: float) -> Position:
    line, place = square
    lat = (line + 0.5) * km / KM_OF_A_DEGREE
    lng = (place + 0.5) * _width(line, km)
    lat, lng = max(-90.0, min(90.0, lat)), max(-180.0, min(180.0, lng))
    return Position(round(lat, DECIMALS), round(lng, DECIMALS))


def _width(line: int, km: float) -> float:
    """Degrees of longitude that are `km` in this line of squares; the whole turn near a pole."""
    step = km / KM_OF_A_DEGREE
    shrink = cos(radians(min(90.0, abs(line + 0.5) * step)))
    return min(360.0, step / shrink) if shrink > 0 else 360.0


def _middle(centres: Iterable[Position]) -> Position:
    """Of the corners, so that no crowded square pulls it."""
    found = list(centres) or [Position(0.0, 0.0)]
    lats, lngs = [c.lat for c in found], [c.lng for c in found]
    lat, lng = (min(lats) + max(lats)) / 2, (min(lngs) + max(lngs)) / 2
    return Position(round(lat, DECIMALS), round(lng, DECIMALS))


def _named(
    ordered: list[Square],
    squares: dict[Square, list[str]],
    centres: dict[Square, Position],
    parent: str,
) -> list[str]:
    """The name most its own; where its places have none in common, that of the nearest square."""
    naming = Naming(squares.values(), unfit=parent)
    own = {square: naming.name_of(squares[square]) for square in ordered}
    named = [square for square in ordered if own[square]]

    def borrowed(square: Square) -> str:
        here = centres[square]
        near = min(named, key=lambda other: km_between(*here, *centres[other]), default=None)
        return own[near] if near else parent or "Area"

    return [own[square] or borrowed(square) for square in ordered]


def _unique(names: list[str]) -> list[str]:
    """Delmas, Delmas 2, Delmas 3: the first is where most people ask."""
    seen: dict[str, int] = defaultdict(int)
    result = []
    for name in names:
        seen[name.casefold()] += 1
        number = seen[name.casefold()]
        result.append(f"{name} {number}" if number > 1 else name)
    return result


class _Slugs:
    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        base = slugify(name)[:70].strip("-") or "area"
        slug, number = base, 1
        while slug in self._taken:
            number += 1
            slug = f"{base}-{number}"
        self._taken.add(slug)
        return slug
