"""Propose areas for a place that has none yet, from the positions and places of a needs sheet.

Positions are put into squares of a neighbourhood's size; each square that has any becomes an area,
named by the words that its places share, unless there is an area already. One that has no name, nor one
nearby, is left without, to be typed. Its centre is the square's: the mean of its positions would be a
person's own where there is one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, floor, pi, radians

from django.utils.text import slugify

from mutualaid.catalog.geo import EARTH_DIAMETER_KM, km_between
from mutualaid.catalog.models import Locality
from mutualaid.importing.cells.positions import Position
from mutualaid.importing.names import normalize

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
    above across after along alongside apt avenue ave away back before behind below beside block blue
    boulevard building church come corner cross dead derriere deep down east end entrance exact exactly
    face far first front gate green her here his hospital house impasse in inside intersection just last
    left maybe middle my nan nord north number off office old opposite other our out outside over park past
    perhaps please point pres red right same school second side signal site soon south specific square
    station store sud sure that their them there this tree turn under unsure until up very west where
    white you your
    antes atras cerca derecha despues detras esquina frente izquierda junto avant apres coin droite entre
    gauche vers
"""
NEVER_AT_THE_EDGE = frozenset(_EDGES.split())
"""Words that lead to a name or away from it, or are none, in English, French and Spanish."""

NEARBY = 2.5
"""Squares. A square without a name of its own is called after one that is no further: Delmas 2."""

LEAST_CAPITALS = 0.5
"""Share of the uses in which a name begins with a capital, of those that are not all in one case."""

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


def propose(
    rows: Iterable[tuple[Position, str]],
    *,
    km: float,
    parent: str,
    existing: Iterable[Locality] = (),
) -> list[Proposal]:
    """Propose an area for each square of `km` by `km` that holds a position and has no area yet.

    `rows` are positions with the places that people wrote. `parent` is the name of what the areas
    are all part of, or empty; one of the `existing` areas may have it. The same rows in any order give
    the same areas, those with the most rows first. The name is empty where they share none.
    """
    areas = list(existing)
    squares: dict[Square, list[str]] = defaultdict(list)
    for position, place in rows:
        squares[_square(position, km)].append(place)
    taken = _squares_with_areas(areas, km)
    ordered = sorted(squares.keys() - taken, key=lambda square: (-len(squares[square]), square))
    centres = {square: _centre(square, km) for square in ordered}
    spellings = [name for area in areas for name in area.spellings]
    names = _numbered(_names(ordered, squares, parent, km), spellings)
    slugs = _Slugs(area.slug for area in areas)
    same_parent = (
        area.slug for area in areas if normalize(parent) in map(normalize, area.spellings)
    )
    parent_slug = next(same_parent, "") if parent else ""
    whole = []
    if parent and not parent_slug and centres:
        whole = [Proposal(parent, slugs.take(parent), "", *_middle(centres.values()))]
        parent_slug = whole[0].slug
    return whole + [
        Proposal(name, slugs.take(name), parent_slug, *centres[square])
        for square, name in zip(ordered, names, strict=True)
    ]


def _squares_with_areas(areas: list[Locality], km: float) -> set[Square]:
    """The squares in which the centre of an area lies; not of one that holds others, which is wider."""
    parents = {area.parent_id for area in areas}
    leaves = (area for area in areas if area.pk not in parents)
    return {_square(Position(area.lat, area.lng), km) for area in leaves}


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
    ordered: list[Square], squares: dict[Square, list[str]], parent: str, km: float
) -> list[str]:
    """The name most its own; where its places share none, that of a square nearby; else none."""
    phrases = _PhraseCounts(squares.values(), excluded=parent)
    own = {square: phrases.best_name(squares[square]) for square in squares}
    named = sorted(square for square in squares if own[square])

    def borrowed(square: Square) -> str:
        centre = _centre(square, km)
        km_to = {other: km_between(*centre, *_centre(other, km)) for other in named}
        nearest = min(named, key=lambda other: (km_to[other], other), default=None)
        return own[nearest] if nearest and km_to[nearest] <= NEARBY * km else ""

    return [own[square] or borrowed(square) for square in ordered]


def _numbered(names: list[str], taken: list[str]) -> list[str]:
    """Delmas, Delmas 2, Delmas 3: the first is where most people ask, or was there before."""
    used = {name.casefold() for name in taken}
    result = []
    for name in names:
        free, number = name, 1
        while free and free.casefold() in used:
            number += 1
            free = f"{name} {number}"
        used.add(free.casefold())
        result.append(free)
    return result


class _Slugs:
    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

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
        shared = [
            phrase
            for phrase in uses
            if self._rows[phrase] >= LEAST_ROWS
            and phrase != self._excluded
            and self._is_capitalized(phrase)
        ]

        def rank(phrase: Phrase) -> tuple[float, int, Phrase]:
            return -(uses[phrase] ** 2) / self._rows[phrase], -len(phrase), phrase

        return self._usual_spelling(min(shared, key=rank)) if shared else ""

    def _is_capitalized(self, phrase: Phrase) -> bool:
        """Whether people write it as a name. All capitals, or none in all of the place, tell nothing."""
        uses = self._spellings[phrase]
        telling = {spelling: n for spelling, n in uses.items() if not spelling.isupper()}
        capitals = sum(n for spelling, n in telling.items() if spelling[0].isupper())
        return not telling or capitals >= LEAST_CAPITALS * sum(telling.values()) or not capitals

    def _usual_spelling(self, phrase: Phrase) -> str:
        uses = self._spellings[phrase]
        usual = min(uses, key=lambda spelling: (spelling.islower(), -uses[spelling], spelling))
        return usual.title() if usual.islower() or usual.isupper() else usual


def _phrases(place: str) -> Iterator[tuple[Phrase, str]]:
    """Each phrase of one to three words in a part of the place, and how it is spelled there."""
    for part in re.split(r"[,;،؛，、；/()（）\n.]", place):
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
