"""A CSV file as a sheet: rows with their numbers, and which column holds which field.

The file is read to its end before anything is done with it. What was written by `csv_cells`, as unread
rows are, is read back as it was.
"""

import csv
import html
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from mutualaid.csv_cells import unescape_formula
from mutualaid.forms.typed_text import visible
from mutualaid.importing.text import normalize

EXTRA_COLUMNS = ["Import: row", "Import: why"]
"""What the file of unread rows has in addition. The same in every language: it is read again."""

SEPARATORS = ",;\t"

LONGEST_CELL = 20_000
"""Characters. Longer than anyone writes in a form; a mistake rather than a message."""

FieldHeadings = Mapping[str, Iterable[str]]
"""For each field the headings by which it is known, normalized."""


class FileProblem(Exception):
    """The file or an option cannot be used. Nothing has been written yet.

    Its message is translated, for the person who runs the import.
    """


class Unread(Exception):
    """One row cannot be read; the others can.

    Its message is translated, and quotes nothing that a neighbour wrote.
    """


class Row(NamedTuple):
    """`number` is what a spreadsheet shows at the left; the headings are row 1."""

    number: int
    cells: list[str]


class Table(NamedTuple):
    headings: list[str]
    rows: list[Row]


def read_table(path: Path, encoding: str = "utf-8-sig") -> Table:
    """Read `path`, separated by commas, semicolons or tabs; blank rows are left out.

    In a file of unread rows the extra columns are left out, and cells are read as they once were.

    Raises `FileProblem` for a file that cannot be opened, is empty, is not text in `encoding`, or
    has a quotation mark that never closes; names the line where there is one.
    """
    records = _records(_decode(path, encoding))
    if not records:
        raise FileProblem(_("%(file)s is empty.") % {"file": path.name})
    headings = [cell.strip() for cell in records[0].cells]
    if headings[-2:] != EXTRA_COLUMNS:
        return Table(headings, records[1:])
    width = len(headings) - 2
    rows = [
        Row(row.number, [unescape_formula(c) for c in row.cells[:width]]) for row in records[1:]
    ]
    return Table([unescape_formula(heading) for heading in headings[:width]], rows)


def _decode(path: Path, encoding: str) -> str:
    try:
        raw = path.read_bytes()
    except IsADirectoryError:
        raise FileProblem(_("%(file)s is a folder, not a file.") % {"file": path}) from None
    except OSError as error:
        message = _("%(file)s cannot be opened: %(reason)s")
        raise FileProblem(message % {"file": path, "reason": error.strerror}) from None
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        message = _(
            "%(file)s is not %(encoding)s text: line %(line)d holds a byte that does not fit. "
            "Save it as UTF-8, or say what it is: --encoding %(guess)s"
        )
        guess = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"
        line = raw[: error.start].count(b"\n") + 1
        values = {"file": path.name, "encoding": error.encoding, "line": line, "guess": guess}
        raise FileProblem(message % values) from None
    except (LookupError, UnicodeError):
        raise FileProblem(_("There is no text encoding “%s”.") % encoding) from None


def _records(text: str) -> list[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=_separator(lines))
    records, begins_at, next_line = [], 0, 0
    for number, cells in enumerate(reader, start=1):
        begins_at, next_line = next_line, reader.line_num
        if any(cell.strip() for cell in cells):
            records.append(Row(number, cells))
    _refuse_open_quote(lines[begins_at:], line=begins_at + 1)
    return records


def _separator(lines: list[str]) -> str:
    """The one that cuts the headings into the most columns."""
    first = next((line for line in lines if line.strip()), "")
    return max(SEPARATORS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))


def _refuse_open_quote(last_record: list[str], *, line: int) -> None:
    """A quotation mark that never closes would swallow every row behind it without a word."""
    if last_record and len(list(csv.reader([*last_record, "\r\n", "end"]))) == 1:
        message = _("A quotation mark opens in line %d and never closes. Close it, and try again.")
        raise FileProblem(message % line)


@dataclass(frozen=True)
class Sheet:
    """A table whose columns are known: `columns` leads from a field to the index of its column."""

    table: Table
    columns: dict[str, int]

    def text(self, row: Row, field: str) -> str:
        """The cell as a person would read it; empty where there is no such column or cell."""
        index = self.columns.get(field, -1)
        return _readable(row.cells[index]) if 0 <= index < len(row.cells) else ""

    def other_cells(self, row: Row, *, but: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Heading and text of the filled cells of no field, without those under `but` headings."""
        pairs = zip(self.table.headings, row.cells, strict=False)  # a short row has no more
        taken, left_out = set(self.columns.values()), {normalize(heading) for heading in but}
        return [
            (heading, _readable(cell))
            for index, (heading, cell) in enumerate(pairs)
            if index not in taken and normalize(heading) not in left_out and cell.strip()
        ]

    def check(self, row: Row) -> None:
        """Refuse a damaged row, whatever it means.

        Raises `Unread` for text without a heading, a NUL character, or more than `LONGEST_CELL`
        characters in a cell.
        """
        for heading, cell in zip_longest(self.table.headings, row.cells, fillvalue=""):
            if cell.strip() and not heading:
                raise Unread(_("There is text in a column without a heading."))
            if "\0" in cell:
                message = _("The cell under “%s” holds a NUL character. Write it anew.")
                raise Unread(message % heading)
            if len(cell) > LONGEST_CELL:
                message = _("The cell under “%(heading)s” has %(length)d characters; %(most)d fit.")
                values = {"heading": heading, "length": len(cell), "most": LONGEST_CELL}
                raise Unread(message % values)


def map_columns(
    table: Table, headings: FieldHeadings, *, chosen: Mapping[str, str], needed: Iterable[str]
) -> Sheet:
    """Find the column of each field; `chosen` (field → heading) goes before `headings`.

    Raises `FileProblem`, naming the columns found, when one of `needed` or `chosen` is missing, a
    chosen field does not exist, or two columns have the heading of a field.
    """
    index_of = _index_by_heading(table.headings)
    columns = {field: index_of[name] for field, names in headings.items()
               if (name := next((n for n in names if n in index_of), None))}  # fmt: skip
    for field, heading in chosen.items():
        if field not in headings:
            message = _("There is no field “%(field)s”. Fields: %(fields)s")
            raise FileProblem(message % {"field": field, "fields": ", ".join(headings)})
        if normalize(heading) not in index_of:
            message = _("There is no column “%(heading)s”. Columns found: %(found)s")
            raise FileProblem(message % {"heading": heading, "found": _listed(table)})
        columns[field] = index_of[normalize(heading)]
    _refuse_doubles(table, columns)
    if missing := [field for field in needed if field not in columns]:
        message = _(
            "No column was found for: %(missing)s. Columns found: %(found)s. "
            "Name the right one: --column %(first)s=HEADING"
        )
        values = {"missing": ", ".join(missing), "found": _listed(table), "first": missing[0]}
        raise FileProblem(message % values)
    return Sheet(table, columns)


def _readable(cell: str) -> str:
    """Without what no one can see, and the entities of HTML, which some exports write twice over."""
    return visible(html.unescape(html.unescape(cell))).strip()


def _index_by_heading(headings: list[str]) -> dict[str, int]:
    """Where each heading stands first, by its normalized name; a column without one has no entry."""
    index_of: dict[str, int] = {}
    for index, heading in enumerate(headings):
        if name := normalize(heading):
            index_of.setdefault(name, index)
    return index_of


def _refuse_doubles(table: Table, columns: dict[str, int]) -> None:
    headings = [normalize(heading) for heading in table.headings]
    for index in columns.values():
        if headings.count(headings[index]) > 1:
            message = _("Two columns are called “%s”. Give one of them another name.")
            raise FileProblem(message % table.headings[index])


def _listed(table: Table) -> str:
    return ", ".join(f"“{heading}”" for heading in table.headings if heading)
