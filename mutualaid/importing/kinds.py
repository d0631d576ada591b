"""Categories and languages by the names a sheet uses."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from mutualaid.catalog.models import Category, Language
from mutualaid.importing.columns import map_columns
from mutualaid.importing.problems import FileProblem, Unread
from mutualaid.importing.tables import read_table
from mutualaid.importing.words import plain

MAPPING = {"name": ["name", "category"], "slug": ["slug", "code"]}
LONGEST_NAME = 40


class Kinds:
    """Finds categories: as `mapping` (name → slug) says, else by slug, else by name."""

    def __init__(self, mapping: Mapping[str, str], default: str = "") -> None:
        """Raises `FileProblem` for a slug that does not exist."""
        active = list(Category.objects.filter(is_active=True))
        by_slug = {category.slug: category for category in active}
        self._default = _known(by_slug, default) if default else None
        self._by_name = {plain(name): _known(by_slug, slug) for name, slug in mapping.items()}
        for attribute in ("slug", "name", "label"):
            for category in active:
                self._by_name.setdefault(plain(getattr(category, attribute)), category)

    def find(self, cell: str) -> tuple[list[Category], list[str]]:
        """The categories of a cell ("food; water"), each once, and the names that are not known.

        Unknown names and an empty cell stand for the default; raises `Unread` where there is none.
        """
        names = [name.strip() for name in re.split(r"[;\n]", cell) if name.strip()]
        found = {name: self._by_name.get(plain(name)) for name in names}
        unknown = [name for name, category in found.items() if category is None]
        if self._default is None and not names:
            raise Unread(_("The category is missing. One for all such rows: --default-category"))
        if self._default is None and unknown:
            words = _("There is no category “%(name)s”. Say what it is: --category %(option)s")
            name = unknown[0][:LONGEST_NAME]
            raise Unread(words % {"name": name, "option": f'"{name}=SLUG"'})
        kinds = [found[name] or self._default for name in names] or [self._default]
        return list(dict.fromkeys(kind for kind in kinds if kind)), unknown


class Tongues:
    """Finds languages by code or name."""

    def __init__(self, default: Iterable[str]) -> None:
        """Raises `FileProblem` for a default that does not exist."""
        languages = list(Language.objects.all())
        self._codes = ", ".join(sorted(language.code for language in languages))
        self._known = {plain(language.name): language for language in languages}
        self._known |= {plain(language.code): language for language in languages}
        try:
            self._default = self.find(";".join(default))
        except Unread as reason:
            raise FileProblem(str(reason)) from None

    def find(self, cell: str) -> list[Language]:
        """The languages of a cell ("ht; fr"), or the default ones. Raises `Unread`."""
        names = [plain(name) for name in re.split(r"[;,\n]", cell) if name.strip()]
        if any(name not in self._known for name in names):
            raise Unread(_("A language is not known. Known ones: %s") % self._codes)
        return list(dict.fromkeys(self._known[name] for name in names)) or self._default


def read_mapping(path: Path, encoding: str) -> dict[str, str]:
    """A mapping file with the columns name and slug. Raises `FileProblem`."""
    sheet = map_columns(read_table(path, encoding), MAPPING, chosen={}, needed=MAPPING)
    return {sheet.text(row, "name"): sheet.text(row, "slug") for row in sheet.table.rows}


def _known(by_slug: dict[str, Category], slug: str) -> Category:
    if slug not in by_slug:
        words = _("There is no category with the code “%(slug)s”. Codes: %(codes)s")
        raise FileProblem(words % {"slug": slug, "codes": ", ".join(sorted(by_slug))})
    return by_slug[slug]
