"""Propose areas for a place that has none yet, from the positions and places of a needs sheet.

Positions are put into squares of a neighbourhood's size; each square that has any becomes an area,
named by the words that its places share. Its centre is the square's: the mean of its positions would
be a person's own where there is one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, floor, pi, radians

from django.utils.text import slugify

from mutualaid.catalog.geo import EARTH_DIAMETER_KM, km_between
from mutualaid.importing.cells import Position
from mutualaid.importing.text import normalize

KM_OF_A_DEGREE = EARTH_DIAMETER_KM * pi / 360
DECIMALS = 3
"""Of a degree: about 100 m, far finer than a square."""

MOST_WORDS = 3
"""In a name: Croix des Bouquets, Port au Prince."""

LEAST_ROWS = 2
"""That must use a name: what one person wrote may lead to their door."""

_EDGES = """
    a and area at au aux between by camp close de del des du el en et for from haut in
    is la las le les los near next no not of on or road route rte rue street sur the to ville
    village with y zone unknown location
"""
NEVER_AT_THE_EDGE = frozenset(_EDGES.split())
"""Words that lead to a name or away from it, in English, French and Spanish."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

Phrase = tuple[str, ...]
"""Normalized words that follow one another."""

Square = tuple[int, int]
"""Line from the equator, column from the meridian of Greenwich."""


@dataclass(frozen=True)
class Proposal:
    """A line of a localities file; `parent` is the slug of another, or empty."""

    name: str
    slug: str
    parent: str
    lat: float
    lng: float


def propose(rows: Iterable[tuple[Position, str]], *, km: float, parent: str) -> list[Proposal]:
    """Propose an area for each square of `km` by `km` that holds a position.

    `rows` are positions with the places that people wrote. `parent` is the name of what the areas
    are all part of, or empty. The same rows in any order give the same areas, those with the most
    rows first.
    """
    squares: dict[Square, list[str]] = defaultdict(list)
    for position, place in rows:
        squares[_square(position, km)].append(place)
    ordered = sorted(squares, key=lambda square: (-len(squares[square]), square))
    centres = {square: _centre(square, km) for square in ordered}
    names = _numbered(_names(ordered, squares, centres, parent))
    slugs = _Slugs()
    whole = [Proposal(parent, slugs.take(parent), "", *_middle(centres.values()))] if parent else []
    parent_slug = whole[0].slug if whole else ""
    return whole + [
        Proposal(name, slugs.take(name), parent_slug, *centres[square])
        for square, name in zip(ordered, names, strict=True)
    ]


def _square(position: Position, km: float) -> Square:
    step = km / KM_OF_A_DEGREE
    line = floor(position.lat / step)
    return line, floor(position.lng / _width(line, km))


def _centre(square: Square, km: float) -> Position:
    line, column = square
    lat = (line + 0.5) * km / KM_OF_A_DEGREE
    lng = (column + 0.5) * _width(line, km)
    lat, lng = max(-90.0, min(90.0, lat)), max(-180.0, min(180.0, lng))
    return Position(round(lat, DECIMALS), round(lng, DECIMALS))


def _width(line: int, km: float) -> float:
    """Degrees of longitude that are `km` in this line of squares; the whole turn near a pole."""
    step = km / KM_OF_A_DEGREE
    shrink = cos(radians(min(90.0, abs(line + 0.5) * step)))
    return min(360.0, step / shrink) if shrink > 0 else 360.0


def _middle(centres: Iterable[Position]) -> Position:
    """The middle between the outermost centres, so that no crowded square pulls it."""
    corners = list(centres) or [Position(0.0, 0.0)]
    lats, lngs = [c.lat for c in corners], [c.lng for c in corners]
    lat, lng = (min(lats) + max(lats)) / 2, (min(lngs) + max(lngs)) / 2
    return Position(round(lat, DECIMALS), round(lng, DECIMALS))


def _names(
    ordered: list[Square],
    squares: dict[Square, list[str]],
    centres: dict[Square, Position],
    parent: str,
) -> list[str]:
    """The name most its own; where its places have none in common, that of the nearest square."""
    phrases = _PhraseCounts(squares.values(), excluded=parent)
    own = {square: phrases.best_name(squares[square]) for square in ordered}
    named = [square for square in ordered if own[square]]

    def borrowed(square: Square) -> str:
        centre = centres[square]
        nearest = min(named, key=lambda other: km_between(*centre, *centres[other]), default=None)
        return own[nearest] if nearest else parent or "Area"

    return [own[square] or borrowed(square) for square in ordered]


def _numbered(names: list[str]) -> list[str]:
    """Delmas, Delmas 2, Delmas 3: the first is where most people ask."""
    uses: Counter[str] = Counter()
    result = []
    for name in names:
        uses[name.casefold()] += 1
        number = uses[name.casefold()]
        result.append(f"{name} {number}" if number > 1 else name)
    return result


class _Slugs:
    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        """A slug for `name` that was not taken before."""
        base = slugify(name)[:70].strip("-") or "area"
        slug, number = base, 1
        while slug in self._taken:
            number += 1
            slug = f"{base}-{number}"
        self._taken.add(slug)
        return slug


class _PhraseCounts:
    """How many rows use each phrase, and how it is mostly spelled."""

    def __init__(self, squares: Iterable[list[str]], *, excluded: str) -> None:
        """`squares` are the places of the rows of each; `excluded` is the name of the whole."""
        self._excluded = tuple(normalize(excluded).split())
        self._rows: Counter[Phrase] = Counter()
        self._spellings: dict[Phrase, Counter[str]] = defaultdict(Counter)
        for places in squares:
            for place in places:
                spelled = dict(_phrases(place))
                self._rows.update(spelled.keys())
                for phrase, spelling in spelled.items():
                    self._spellings[phrase][spelling] += 1

    def best_name(self, places: list[str]) -> str:
        """The phrase used most here and least elsewhere; empty when no two rows share one."""
        uses = Counter(phrase for place in places for phrase in dict(_phrases(place)))
        shared = [p for p in uses if self._rows[p] >= LEAST_ROWS and p != self._excluded]

        def rank(phrase: Phrase) -> tuple[float, int, Phrase]:
            return -(uses[phrase] ** 2) / self._rows[phrase], -len(phrase), phrase

        return self._usual_spelling(min(shared, key=rank)) if shared else ""

    def _usual_spelling(self, phrase: Phrase) -> str:
        uses = self._spellings[phrase]
        usual = min(uses, key=lambda spelling: (spelling.islower(), -uses[spelling], spelling))
        return usual.title() if usual.islower() or usual.isupper() else usual


def _phrases(place: str) -> Iterator[tuple[Phrase, str]]:
    """Each phrase of one to three words in a part of the place, and how it is spelled there."""
    for part in re.split(r"[,;/()\n.]", place):
        words = list(_WORD.finditer(part))
        normalized = [normalize(word.group()) for word in words]
        for first in range(len(words)):
            for last in range(first, min(first + MOST_WORDS, len(words))):
                phrase = tuple(normalized[first : last + 1])
                if _may_be_a_name(phrase):
                    yield phrase, part[words[first].start() : words[last].end()]


def _may_be_a_name(phrase: Phrase) -> bool:
    edges = (phrase[0], phrase[-1])
    return all(len(word) > 2 and word not in NEVER_AT_THE_EDGE for word in edges)
