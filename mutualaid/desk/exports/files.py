"""Rows as a file to take along: CSV or a workbook, which no spreadsheet program runs as a program.

A file is whole before its first byte is sent: half a list would look like a list.
"""

import io
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import IO, TYPE_CHECKING

from django.http import FileResponse
from django.utils import timezone

from mutualaid.boundary.csv_cells import escape_formula, write_rows

if TYPE_CHECKING:
    from openpyxl.cell import Cell as WorkbookCell

Cell = str | int | date | datetime | None
Rows = Iterable[Sequence[Cell]]

IN_MEMORY = 1 << 20
"""Bytes. What is longer goes through a temporary file without a name."""
MOMENT = "%Y-%m-%d %H:%M"


def write_csv(file: IO[bytes], rows: Rows) -> None:
    """Write UTF-8 with a mark, without which Excel takes it for an encoding of its country."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    write_rows(text, ([as_text(cell) for cell in row] for row in rows))
    text.detach()


def write_workbook(file: IO[bytes], rows: Rows) -> None:
    """Write one sheet row by row. Each text is typed as a text, so that none is a formula."""
    from openpyxl import Workbook  # four megabytes, which only workbooks need

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_typed(sheet, cell) for cell in row])
    book.save(file)


WRITERS: Mapping[str, Callable[[IO[bytes], Rows], None]] = {
    "csv": write_csv,
    "xlsx": write_workbook,
}
"""Of each kind of file, by how its name ends, what writes it."""


def file_of(rows: Rows, kind: str, *, name: str) -> FileResponse:
    """Return `rows`, the first of which are the headings, as a file to save: "needs-2026-11-25.csv"."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the response closes it
    WRITERS[kind](file, rows)
    file.seek(0)
    today = timezone.localdate().isoformat()
    return FileResponse(file, as_attachment=True, filename=f"{name}-{today}.{kind}")


def as_text(cell: Cell) -> str:
    """A cell as it stands in CSV: days and moments as ISO 8601 writes them."""
    if isinstance(cell, datetime):
        return cell.strftime(MOMENT)
    return "" if cell is None else str(cell)


def _typed(sheet: object, cell: Cell) -> "Cell | WorkbookCell":
    """A text cannot hold the control characters that XML has no place for; they show nothing."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(cell, str):
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", cell)
    typed = WriteOnlyCell(sheet, value=text)  # type: ignore[arg-type]
    typed.data_type = "s"
    # Whoever saves the workbook as CSV keeps the sign that it is a text, where the program knows one.
    typed.quotePrefix = escape_formula(text) != text
    return typed
