"""Open a file of whatever kind, and read one of its sheets as a table."""

import re
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from mutualaid.boundary.csv_cells import unescape_formula
from mutualaid.importing.problems import FileProblem
from mutualaid.importing.sheets.headings import LOOKED_THROUGH, find_heading_row, headings_at
from mutualaid.importing.sheets.table import Row, Table
from mutualaid.importing.sheets.text_files import TextFile
from mutualaid.importing.sheets.workbooks import OLD_WORKBOOK, ZIP, WorkbookFile

MOST_BYTES = 40_000_000
"""Of a file. 100,000 rows of a form's answers have about 30 million."""

EXTRA_COLUMNS = ["Import: row", "Import: why"]
"""What the file of unread rows has in addition. The same in every language: it is read again."""


RowsAfter = Callable[[int], Iterator[Row]]
"""Yields the rows whose number is higher than this one."""


class SheetFile(Protocol):
    encoding: str
    """Of a text; empty for a workbook, which says it itself."""

    def sheet_names(self) -> list[str]: ...

    def rows(self, sheet: str = "") -> Iterator[Row]: ...


def open_file(raw: bytes, name: str, encoding: str = "") -> SheetFile:
    """Return the file with these bytes; what it is shows in them and not in its name.

    Raises `FileProblem` for one that is empty, too large, damaged, or of a kind that cannot be read.
    """
    if len(raw) > MOST_BYTES:
        message = _("%(file)s is larger than %(most)d MB. Divide it, and read the parts.")
        raise FileProblem(message % {"file": name, "most": MOST_BYTES // 1_000_000})
    if not re.search(rb"\S", raw):
        raise FileProblem(_("%(file)s is empty.") % {"file": name})
    if raw.startswith(OLD_WORKBOOK):
        message = _("%s is a workbook of an old kind, or has a password. Save it as XLSX or CSV.")
        raise FileProblem(message % name)
    return WorkbookFile(raw, name) if raw.startswith(ZIP) else TextFile(raw, name, encoding)


def read_file(path: Path) -> bytes:
    """Return what stands in a file. Raises `FileProblem` where it cannot be opened."""
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise FileProblem(_("%(file)s is a folder, not a file.") % {"file": path}) from None
    except OSError as error:
        message = _("%(file)s cannot be opened: %(reason)s")
        raise FileProblem(message % {"file": path, "reason": error.strerror}) from None


def read_table(
    path: Path, encoding: str = "", *, sheet: str = "", known: Collection[str] = ()
) -> Table:
    """Read a file that lies on this machine; its headings are where most of the `known` ones stand.

    Raises `FileProblem` for a file that cannot be read, or has several sheets and `sheet` names none.
    """
    file = open_file(read_file(path), path.name, encoding)
    names = file.sheet_names()
    if len(names) > 1 and not sheet:
        message = _("%(file)s has several sheets. Say which: --sheet NAME. Sheets: %(found)s")
        raise FileProblem(message % {"file": path.name, "found": ", ".join(names)})
    table = table_of(
        lambda after: (row for row in file.rows(sheet) if row.number > after), known=known
    )
    for _row in table.rows:
        """To its end, before anything is done with it: a file that breaks off is not read by half."""
    if not any(table.headings):
        raise FileProblem(_("%(file)s is empty.") % {"file": path.name})
    return table


def table_of(
    rows: RowsAfter, *, known: Collection[str], heading_row: int | None = None, after: int = 0
) -> Table:
    """Return what `rows` yields, each time anew, as a table.

    `heading_row` is the number of the row of headings; by default it is found. Rows up to the number `after`
    are passed over. In a file of unread rows the extra columns are left out, and cells are read as they once
    were.
    """
    top = list(islice(rows(0), LOOKED_THROUGH))
    numbers = [row.number for row in top]
    is_chosen = heading_row in numbers
    index = numbers.index(heading_row or 0) if is_chosen else find_heading_row(top, known)
    headings = headings_at(top, index)
    below = max(numbers[index] if numbers else 0, after)
    is_unread = headings[-2:] == EXTRA_COLUMNS
    if not is_unread:
        return Table(headings, _Below(rows, below))
    width = len(headings) - 2
    names = [unescape_formula(heading) for heading in headings[:width]]
    return Table(names, _Below(rows, below, width))


class _Below:
    """The rows below a number, cut to `width` and unescaped where there is one. Can be repeated."""

    def __init__(self, rows: RowsAfter, number: int, width: int | None = None) -> None:
        self._rows, self._number, self._width = rows, number, width

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows(self._number):
            if self._width is None:
                yield row
            else:
                cells = row.cells[: self._width]
                yield Row(row.number, [unescape_formula(cell) for cell in cells])
