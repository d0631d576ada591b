"""Find the group's categories, languages and areas by the names that a sheet uses."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.importing.cells.people import is_nothing
from mutualaid.importing.cells.positions import Position
from mutualaid.importing.names import normalize, without_number
from mutualaid.importing.problems import FileProblem, Unread
from mutualaid.importing.sheets.files import read_table
from mutualaid.importing.sheets.table import map_columns

CATEGORY_MAP_COLUMNS = {"name": ["name", "category"], "slug": ["slug", "code"]}
_SPLIT_AT_COMMAS = re.compile(r"[,،，、]")
LONGEST_NAME = 40
"""Characters of an unknown category's name that a message quotes."""

NAME_HOLDS_KM = 5.0
"""A name is believed where the position is this near to its area; else the position is."""

KM_OF_A_DEGREE = 110.5
"""Of latitude, the least there is (at the equator)."""


class CategoryLookup:
    """Finds categories: as `mapping` (name → slug) says, else by slug, else by name."""

    def __init__(self, mapping: Mapping[str, str], default_slug: str = "") -> None:
        """Load the active categories. Raises `FileProblem` for a slug that does not exist."""
        active = list(Category.objects.filter(is_active=True))
        by_slug = {category.slug: category for category in active}
        self._default = _existing(by_slug, default_slug) if default_slug else None
        self._by_name = {normalize(name): _existing(by_slug, s) for name, s in mapping.items()}
        for attribute in ("slug", "name", "label"):
            for category in active:
                self._by_name.setdefault(normalize(getattr(category, attribute)), category)

    def find(self, cell: str) -> tuple[list[Category], list[str]]:
        """Return the categories of a cell ("food; water"), each once, and its unknown names.

        Unknown names and an empty cell stand for the default. Raises `Unread` where there is none.
        """
        names = [] if is_nothing(cell) else self.names_in(cell)
        by_name = {name: self._by_name.get(normalize(name)) for name in names}
        unknown = [name for name, category in by_name.items() if category is None]
        if self._default is None and not names:
            raise Unread(_("The category is missing."))
        if self._default is None and unknown:
            raise Unread(*(_unknown_category(name[:LONGEST_NAME]) for name in unknown))
        categories = [by_name[name] or self._default for name in names] or [self._default]
        return list(dict.fromkeys(category for category in categories if category)), unknown

    def names_in(self, cell: str) -> list[str]:
        """The names in a cell: between semicolons or lines, and between commas if each is known."""
        names = []
        for part in re.split(r"[;؛；\n]", cell):
            pieces = [piece.strip() for piece in _SPLIT_AT_COMMAS.split(part) if piece.strip()]
            is_list = not self.knows(part) and all(map(self.knows, pieces))
            names += pieces if is_list else [part.strip()]
        return [name for name in dict.fromkeys(names) if name]

    def knows(self, name: str) -> bool:
        return normalize(name) in self._by_name


def _unknown_category(name: str) -> str:
    return _("There is no category “%s”.") % name


def _existing(by_slug: dict[str, Category], slug: str) -> Category:
    if slug not in by_slug:
        message = _("There is no category with the code “%(slug)s”. Codes: %(codes)s")
        raise FileProblem(message % {"slug": slug, "codes": ", ".join(sorted(by_slug))})
    return by_slug[slug]


def read_category_map(path: Path, encoding: str) -> dict[str, str]:
    """Read a file with the columns name and slug into name → slug.

    Raises `FileProblem` when it cannot be read or lacks a column.
    """
    table = read_table(path, encoding, known={"name", "slug"})
    sheet = map_columns(table, CATEGORY_MAP_COLUMNS, chosen={}, needed=CATEGORY_MAP_COLUMNS)
    return {sheet.text(row, "name"): sheet.text(row, "slug") for row in sheet.table.rows}


class LanguageLookup:
    """Finds languages by code or name."""

    def __init__(self, default_codes: Iterable[str]) -> None:
        """Load the languages. Raises `FileProblem` for a default that does not exist."""
        languages = list(Language.objects.all())
        self._codes = ", ".join(sorted(language.code for language in languages))
        self._by_name = {normalize(language.name): language for language in languages}
        self._by_name |= {normalize(language.code): language for language in languages}
        self._default: list[Language] = []
        try:
            self._default = self.find(";".join(default_codes))
        except Unread as reason:
            raise FileProblem(str(reason)) from None

    def find(self, cell: str) -> list[Language]:
        """Return the languages of a cell ("ht; fr"), each once; of an empty one the default ones.

        Raises `Unread` for a name or code that does not exist.
        """
        names = [normalize(name) for name in re.split(r"[;,،؛，、；\n]", cell) if name.strip()]
        if any(name not in self._by_name for name in names):
            raise Unread(_("A language is not known. Known ones: %s") % self._codes)
        return list(dict.fromkeys(self._by_name[name] for name in names)) or self._default


class LocalityLookup:
    """Finds areas: as `mapping` (place → slug) says, by a name in any language, then by position."""

    def __init__(
        self,
        localities: Iterable[Locality],
        *,
        max_km: float,
        mapping: Mapping[str, str] | None = None,
        default_slug: str = "",
    ) -> None:
        """Index the areas; `max_km` is how far a position may be from a centre.

        `default_slug` is the area of all that is found in no other. Raises `FileProblem` when there are no
        areas, or none with a slug that is named.
        """
        by_latitude = sorted(localities, key=lambda locality: (locality.lat, locality.slug))
        if not by_latitude:
            raise FileProblem(_("There are no areas yet. Add them first: import_localities FILE"))
        by_slug = {locality.slug: locality for locality in by_latitude}
        self._default = _area(by_slug, default_slug) if default_slug else None
        chosen = (mapping or {}).items()
        self._chosen = {normalize(place): _area(by_slug, slug) for place, slug in chosen}
        parents = {locality.parent_id for locality in by_latitude}
        self._leaves = [locality for locality in by_latitude if locality.pk not in parents]
        self._latitudes = [locality.lat for locality in self._leaves]
        self._max_km = max_km
        self._by_name: dict[str, list[Locality]] = defaultdict(list)
        self._by_stem: dict[str, list[Locality]] = defaultdict(list)
        for locality in by_latitude:
            names = {normalize(spelling) for spelling in locality.spellings}
            for name in names:
                self._by_name[name].append(locality)
            for stem in {without_number(name) for name in names}:
                self._by_stem[stem].append(locality)

    def find(self, place: str, position: Position | None) -> Locality:
        """Return the area of a place's name and position.

        Raises `Unread` when there is none, or several could be meant.
        """
        try:
            if named := self._chosen.get(normalize(place)) or self._by_place(place, position):
                return named
            if position:
                return self._by_position(position)
        except Unread:
            if self._default is None:
                raise
        if self._default is None:
            raise Unread(_("No area has the name of the place, and there is no position."))
        return self._default

    def knows(self, place: str) -> bool:
        """Whether a place leads to one area by its name alone."""
        try:
            return normalize(place) in self._chosen or self._by_place(place, None) is not None
        except Unread:
            return False

    def _by_place(self, place: str, position: Position | None) -> Locality | None:
        parts = [normalize(part) for part in re.split(r"[,;،؛，、；/()（）]", place)]
        for name in dict.fromkeys([normalize(place), *parts]):
            if position:
                same_stem = self._by_stem.get(without_number(name), [])
                locality = _closest(same_stem, position, NAME_HOLDS_KM)
            else:
                locality = _only(self._by_name.get(name, []))
            if locality:
                return locality
        return None

    def _by_position(self, position: Position) -> Locality:
        window = self._max_km / KM_OF_A_DEGREE
        first = bisect_left(self._latitudes, position.lat - window)
        last = bisect_right(self._latitudes, position.lat + window)
        locality = _closest(self._leaves[first:last], position, self._max_km)
        if not locality:
            raise Unread(_("No area is within %g km of the position.") % self._max_km)
        return locality


def _area(by_slug: Mapping[str, Locality], slug: str) -> Locality:
    if slug not in by_slug:
        raise FileProblem(_("There is no area with the code “%s”.") % slug)
    return by_slug[slug]


def _only(same_name: list[Locality]) -> Locality | None:
    if len(same_name) > 1:
        raise Unread(_("Several areas have the name of the place; there is no position."))
    return same_name[0] if same_name else None


def _closest(localities: list[Locality], position: Position, max_km: float) -> Locality | None:
    by_km = ((km_between(*position, area.lat, area.lng), area) for area in localities)
    km, closest = min(by_km, key=lambda pair: pair[0], default=(0.0, None))
    return closest if km <= max_km else None
