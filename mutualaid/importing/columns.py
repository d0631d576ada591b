"""Which column holds what: by its heading, or as the coordinator says."""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext as _

from mutualaid.importing.problems import FileProblem, Unread
from mutualaid.importing.tables import Row, Table
from mutualaid.importing.words import plain

LONGEST_CELL = 20_000
"""Characters. Longer than anybody tells in a form; a mistake rather than a message."""

Names = Mapping[str, Iterable[str]]
"""For each field the headings by which it is known, in `plain` words."""


@dataclass(frozen=True)
class Sheet:
    """A table whose columns are known: `columns` leads from a field to its place."""

    table: Table
    columns: dict[str, int]

    def text(self, row: Row, field: str) -> str:
        """The cell as a person would read it; empty where there is no such column or cell."""
        place = self.columns.get(field, -1)
        return _readable(row.cells[place]) if 0 <= place < len(row.cells) else ""

    def others(self, row: Row, *, but: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Heading and text of the filled cells that belong to no field, but for some headings."""
        pairs = zip(self.table.headings, row.cells, strict=False)  # a short row has no more
        known, left_out = set(self.columns.values()), {plain(heading) for heading in but}
        return [
            (heading, _readable(cell))
            for place, (heading, cell) in enumerate(pairs)
            if place not in known and plain(heading) not in left_out and cell.strip()
        ]

    def check(self, row: Row) -> None:
        """Raise `Unread` for a row that is damaged, whatever it means."""
        for heading, cell in zip_longest(self.table.headings, row.cells, fillvalue=""):
            if cell.strip() and not heading:
                raise Unread(_("There is text in a column without a heading."))
            if "\0" in cell:
                words = _("The cell under “%s” holds a NUL character. Write it anew.")
                raise Unread(words % heading)
            if len(cell) > LONGEST_CELL:
                words = _("The cell under “%(heading)s” has %(length)d characters; %(most)d fit.")
                said = {"heading": heading, "length": len(cell), "most": LONGEST_CELL}
                raise Unread(words % said)


def map_columns(
    table: Table, names: Names, *, chosen: Mapping[str, str], needed: Iterable[str]
) -> Sheet:
    """Find the column of each field; `chosen` (field → heading) goes before the known names.

    Raises `FileProblem`, naming the columns found, when one of `needed` or `chosen` is missing.
    """
    by_name = _places(table.headings)
    columns = {field: by_name[name] for field, known in names.items()
               if (name := next((n for n in known if n in by_name), None))}  # fmt: skip
    for field, heading in chosen.items():
        if field not in names:
            words = _("There is no field “%(field)s”. Fields: %(fields)s")
            raise FileProblem(words % {"field": field, "fields": ", ".join(names)})
        if plain(heading) not in by_name:
            words = _("There is no column “%(heading)s”. Columns found: %(found)s")
            raise FileProblem(words % {"heading": heading, "found": _listed(table)})
        columns[field] = by_name[plain(heading)]
    _refuse_doubles(table, columns)
    if missing := [field for field in needed if field not in columns]:
        words = _(
            "No column was found for: %(missing)s. Columns found: %(found)s. "
            "Name the right one: --column %(first)s=HEADING"
        )
        said = {"missing": ", ".join(missing), "found": _listed(table), "first": missing[0]}
        raise FileProblem(words % said)
    return Sheet(table, columns)


def _readable(cell: str) -> str:
    """Without the entities of HTML, which some exports write twice over: "&amp;lt;" is "<"."""
    return html.unescape(html.unescape(cell)).strip()


def _places(headings: list[str]) -> dict[str, int]:
    """Where each heading stands first; a field of its own never takes a column without a name."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        if name := plain(heading):
            places.setdefault(name, place)
    return places


def _refuse_doubles(table: Table, columns: dict[str, int]) -> None:
    headings = [plain(heading) for heading in table.headings]
    for place in columns.values():
        if headings.count(headings[place]) > 1:
            words = _("Two columns are called “%s”. Give one of them another name.")
            raise FileProblem(words % table.headings[place])


def _listed(table: Table) -> str:
    return ", ".join(f"“{heading}”" for heading in table.headings if heading)
