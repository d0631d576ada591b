"""A CSV file as rows with their numbers. It is read to its end before anything is done with it."""

import csv
import io
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from mutualaid.importing.formulas import as_it_was
from mutualaid.importing.problems import FileProblem

EXTRA_COLUMNS = ["Import: row", "Import: why"]
"""What the file of unread rows has in addition. The same in every language: it is read again."""

SEPARATORS = ",;\t"


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
    Raises `FileProblem` with the reason, and the line where there is one.
    """
    records = _records(_decoded(path, encoding))
    if not records:
        raise FileProblem(_("%(file)s is empty.") % {"file": path.name})
    headings = [cell.strip() for cell in records[0].cells]
    if headings[-2:] != EXTRA_COLUMNS:
        return Table(headings, records[1:])
    width = len(headings) - 2
    rows = [Row(row.number, [as_it_was(c) for c in row.cells[:width]]) for row in records[1:]]
    return Table([as_it_was(heading) for heading in headings[:width]], rows)


def _decoded(path: Path, encoding: str) -> str:
    try:
        raw = path.read_bytes()
    except IsADirectoryError:
        raise FileProblem(_("%(file)s is a folder, not a file.") % {"file": path}) from None
    except OSError as error:
        words = _("%(file)s cannot be opened: %(reason)s")
        raise FileProblem(words % {"file": path, "reason": error.strerror}) from None
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        words = _(
            "%(file)s is not %(encoding)s text: line %(line)d holds a byte that does not fit. "
            "Save it as UTF-8, or say what it is: --encoding %(guess)s"
        )
        guess = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"
        line = raw[: error.start].count(b"\n") + 1
        said = {"file": path.name, "encoding": error.encoding, "line": line, "guess": guess}
        raise FileProblem(words % said) from None
    except (LookupError, UnicodeError):
        raise FileProblem(_("There is no text encoding “%s”.") % encoding) from None


def _records(text: str) -> list[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=_separator(lines))
    records, begins_at, begun = [], 0, 0
    for number, cells in enumerate(reader, start=1):
        begins_at, begun = begun, reader.line_num
        if any(cell.strip() for cell in cells):
            records.append(Row(number, cells))
    _refuse_open_quote(lines[begins_at:], line=begins_at + 1)
    return records


def _separator(lines: list[str]) -> str:
    """The one that cuts the headings into the most columns."""
    first = next((line for line in lines if line.strip()), "")
    return max(SEPARATORS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))


def _refuse_open_quote(last: list[str], *, line: int) -> None:
    """A quotation mark that never closes swallows every row behind it without a word."""
    if last and len(list(csv.reader([*last, "\r\n", "end"]))) == 1:
        words = _("A quotation mark opens in line %d and never closes. Close it, and try again.")
        raise FileProblem(words % line)
