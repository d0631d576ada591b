"""A sheet as rows of text with their numbers, and which column holds which field."""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from django.utils.translation import gettext as _

from mutualaid.forms.typed_text import visible
from mutualaid.importing.names import normalize
from mutualaid.importing.problems import FileProblem, Unread

MOST_COLUMNS = 500
"""Of a sheet; those behind them are left out."""
LONGEST_REMEMBERED = 2_000
LONGEST_CELL = 20_000
"""Characters. Longer than anyone writes in a form; a mistake rather than a message."""

FieldHeadings = Mapping[str, Iterable[str]]
"""For each field the headings by which it is known, normalized."""


class Row(NamedTuple):
    """`number` is what a spreadsheet shows at the left."""

    number: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


class Table(NamedTuple):
    """The headings, each of which is another, and the rows below them; they can be read repeatedly."""

    headings: list[str]
    rows: Iterable[Row]


@dataclass(frozen=True)
class Sheet:
    """A table whose columns are known: `columns` leads from a field to the index of its column."""

    table: Table
    columns: Mapping[str, int]

    def text(self, row: Row, field: str) -> str:
        """The cell as a person would read it; empty where there is no such column or cell."""
        index = self.columns.get(field, -1)
        return readable(row.cells[index]) if 0 <= index < len(row.cells) else ""

    def other_cells(self, row: Row, *, but: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Heading and text of the filled cells of no field, without those under `but` headings."""
        pairs = zip(self.table.headings, row.cells, strict=False)  # a short row has no more
        taken, left_out = set(self.columns.values()), {normalize(heading) for heading in but}
        return [
            (heading, readable(cell))
            for index, (heading, cell) in enumerate(pairs)
            if index not in taken and normalize(heading) not in left_out and cell.strip()
        ]

    def check(self, row: Row) -> None:
        """Refuse a damaged row, whatever it means.

        Raises `Unread` for text without a heading, and each cell that holds a NUL character or more than
        `LONGEST_CELL` characters.
        """
        reasons = list[str]()
        for heading, cell in zip_longest(self.table.headings, row.cells, fillvalue=""):
            if cell.strip() and not heading:
                reasons.append(_("There is text in a column without a heading."))
                break
            if "\0" in cell:
                message = _("The cell under “%s” holds a NUL character. Write it anew.")
                reasons.append(message % heading)
            if len(cell) > LONGEST_CELL:
                message = _("The cell under “%(heading)s” has %(length)d characters; %(most)d fit.")
                values = {"heading": heading, "length": len(cell), "most": LONGEST_CELL}
                reasons.append(message % values)
        if reasons:
            raise Unread(*reasons)


def map_columns(
    table: Table, headings: FieldHeadings, *, chosen: Mapping[str, str], needed: Iterable[str]
) -> Sheet:
    """Find the column of each field; `chosen` (field → heading) goes before `headings`.

    A field that is chosen as "" has no column. Raises `FileProblem`, naming the columns found, when one
    of `needed` or `chosen` is missing, a chosen field does not exist, or a column is chosen for two.
    """
    index_of = {normalize(name): index for index, name in enumerate(table.headings) if name}
    for field, heading in chosen.items():
        if field not in headings:
            message = _("There is no field “%(field)s”. Fields: %(fields)s")
            raise FileProblem(message % {"field": field, "fields": ", ".join(headings)})
        if heading and normalize(heading) not in index_of:
            message = _("There is no column “%(heading)s”. Columns found: %(found)s")
            raise FileProblem(message % {"heading": heading, "found": _listed(table)})
    columns = {field: index_of[normalize(name)] for field, name in chosen.items() if name}
    _refuse_doubles(table, columns)
    for field, names in headings.items():
        found = next((index_of[name] for name in names if name in index_of), None)
        if field not in chosen and found is not None and found not in columns.values():
            columns[field] = found
    if missing := [field for field in needed if field not in columns]:
        message = _(
            "No column was found for: %(missing)s. Columns found: %(found)s. "
            "Name the right one: --column %(first)s=HEADING"
        )
        values = {"missing": ", ".join(missing), "found": _listed(table), "first": missing[0]}
        raise FileProblem(message % values)
    return Sheet(table, columns)


def readable(cell: str) -> str:
    """Without what no one can see, and the entities of HTML, which some exports write twice over."""
    return _remembered(cell) if len(cell) <= LONGEST_REMEMBERED else _readable(cell)


def _readable(cell: str) -> str:
    return visible(html.unescape(html.unescape(cell)) if "&" in cell else cell).strip()


_remembered = lru_cache(maxsize=200)(_readable)
"""The cells of a few rows: each is looked at several times."""


def _refuse_doubles(table: Table, columns: Mapping[str, int]) -> None:
    first: dict[int, str] = {}
    for field, index in columns.items():
        if other := first.setdefault(index, field) != field and first[index]:
            message = _("The column “%(heading)s” is chosen twice: for %(one)s and for %(other)s.")
            values = {"heading": table.headings[index], "one": other, "other": field}
            raise FileProblem(message % values)


def _listed(table: Table) -> str:
    return ", ".join(f"“{heading}”" for heading in table.headings if heading)
