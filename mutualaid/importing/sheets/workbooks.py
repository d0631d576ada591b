"""Workbooks (XLSX): values instead of formulas, no macros, and no more than fits into memory.

A workbook is a zip file. A few kilobytes of one can hold gigabytes, so both what it says of itself and
what is really in it are measured before anything is read.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from mutualaid.importing.problems import FileProblem
from mutualaid.importing.sheets.table import MOST_COLUMNS, Row

MOST_UNPACKED = 300_000_000
"""Bytes. 100,000 rows of 15 columns have about 100 million; rows are read one by one."""
MOST_SHARED = 60_000_000
"""Bytes of the texts that the cells share: openpyxl keeps them in memory."""
MOST_PARTS = 5_000
"""Files in the zip. 200 sheets with all that belongs to them have about 600."""
CHUNK = 1 << 20
OVERLAP = 1_000
"""Bytes that two chunks have in common, so that no cell lies between them."""

ZIP, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_UNCOMPUTED = re.compile(
    rb'<c(?![^>]*t="str")[^>]*><f(?:/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
"""A cell with a formula and without a value. An empty text is a value, and has its type."""


class WorkbookFile:
    """A workbook."""

    encoding = ""

    def __init__(self, raw: bytes, name: str) -> None:
        """Raises `FileProblem` for one that is damaged, of another kind, or too large."""
        from openpyxl import load_workbook  # four megabytes, which only workbooks need

        self._name = name
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                self._refuse_other_kinds(archive)
                self._refuse_bombs(archive)
                self._uncomputed = _uncomputed_sheets(archive)
            self._book = load_workbook(
                io.BytesIO(raw), read_only=True, data_only=True, keep_links=False, keep_vba=False
            )
        except FileProblem:
            raise
        except Exception as error:  # what a damaged file raises is of no one kind
            raise FileProblem(self._damaged()) from error

    def sheet_names(self) -> list[str]:
        """The sheets that hold something; those that are shown before those that are hidden."""
        filled = [sheet for sheet in self._sheets() if next(self._read(sheet), None)]
        filled.sort(key=lambda sheet: sheet.sheet_state != "visible")
        return [str(sheet.title) for sheet in filled]

    def rows(self, sheet: str = "") -> Iterator[Row]:
        """Yield the rows of a sheet, by default the first, that are not blank.

        Raises `FileProblem` where there is no such sheet, or formulas that were never computed.
        """
        names = self.sheet_names()
        if not names:
            raise FileProblem(_("%(file)s is empty.") % {"file": self._name})
        if sheet and sheet not in names:
            message = _("There is no sheet “%(sheet)s”. Sheets: %(found)s")
            raise FileProblem(message % {"sheet": sheet, "found": ", ".join(names)})
        chosen = self._book[sheet or names[0]]
        if _path(chosen) in self._uncomputed:
            message = _(
                "The sheet “%s” holds formulas that have never been computed. Open the file in a"
                " spreadsheet program, save it there, and try again."
            )
            raise FileProblem(message % chosen.title)
        return self._read(chosen)

    def _sheets(self) -> list[Any]:
        return [sheet for sheet in self._book.worksheets if sheet.sheet_state != "veryHidden"]

    def _read(self, sheet: Any) -> Iterator[Row]:
        """What the sheet says of its size is not believed: programs write all of a million rows."""
        sheet.reset_dimensions()
        try:
            rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
            for number, values in enumerate(rows, start=1):
                cells = [as_text(value) for value in values]
                while cells and not cells[-1].strip():
                    cells.pop()
                if cells:
                    yield Row(number, cells)
        except Exception as error:  # what a damaged file raises is of no one kind
            raise FileProblem(self._damaged()) from error

    def _refuse_other_kinds(self, archive: zipfile.ZipFile) -> None:
        if "xl/workbook.xml" not in archive.namelist():
            message = _(
                "%s is no workbook that we can read. Save it as XLSX or CSV, and try again."
            )
            raise FileProblem(message % self._name)

    def _refuse_bombs(self, archive: zipfile.ZipFile) -> None:
        parts = archive.infolist()
        shared = sum(part.file_size for part in parts if "sharedStrings" in part.filename)
        declared = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or declared > MOST_UNPACKED or shared > MOST_SHARED:
            raise FileProblem(self._too_large())
        left = MOST_UNPACKED
        for part in parts:
            with archive.open(part) as file:
                while chunk := file.read(CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise FileProblem(self._too_large())

    def _too_large(self) -> str:
        message = _(
            "%s holds more than we can read at once. Save the sheet with the needs alone, or in parts."
        )
        return message % self._name

    def _damaged(self) -> str:
        message = _("%s is damaged, or has a password. Save it anew as XLSX or CSV, and try again.")
        return message % self._name


def as_text(value: object) -> str:
    """A cell as it would stand in a CSV file: moments as ISO 8601 writes them, whole numbers without .0."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            is_day = value.time() == time() and value.tzinfo is None
            return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    text = str(value)
    return (
        "" if text in ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!") else text
    )


def _uncomputed_sheets(archive: zipfile.ZipFile) -> set[str]:
    found = set()
    for name in filter(_SHEET.fullmatch, archive.namelist()):
        with archive.open(name) as file:
            before = b""
            while chunk := file.read(CHUNK):
                if _UNCOMPUTED.search(before + chunk):
                    found.add(name)
                    break
                before = chunk[-OVERLAP:]
    return found


def _path(sheet: Any) -> str:
    return str(sheet._worksheet_path).lstrip("/")
