"""Write the rows that could not be read as a file that can be corrected and read again."""

import codecs
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

from mutualaid.boundary.csv_cells import write_rows
from mutualaid.importing.sheets.files import EXTRA_COLUMNS
from mutualaid.importing.sheets.table import Row

_UNREAD_SUFFIX = re.compile(r"\.unread(-\d+)?$")


class UnreadRow(NamedTuple):
    row: Row
    reasons: Sequence[str]
    """All of them, translated, for the person who runs the import."""

    @property
    def why(self) -> str:
        return " ".join(self.reasons)


def sheet_name(path: Path) -> str:
    """The name of the sheet that `path` is, or is a corrected part of: "may" of may.unread.csv."""
    return _UNREAD_SUFFIX.sub("", path.stem)


def write_unread(path: Path, headings: list[str], unread: Sequence[UnreadRow]) -> Path:
    """Write the rows beside `path` with their numbers and reasons; return where.

    A file that exists already may hold someone's corrections and is left as it is: the next free
    number is taken, or the file that holds just the same. Only this account may read it. An
    `OSError` is let through.
    """
    content = b"".join(unread_csv(headings, lambda: unread))
    for target in _candidates(path):
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if target.is_file() and target.read_bytes() == content:
                return target
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return target
    raise AssertionError("numbers never end")


def _candidates(path: Path) -> Iterator[Path]:
    """may.unread.csv, may.unread-2.csv, may.unread-3.csv and so on, without end."""
    for number in count(1):
        suffix = f"-{number}" if number > 1 else ""
        yield path.with_name(f"{sheet_name(path)}.unread{suffix}.csv")


def unread_csv(headings: list[str], unread: Callable[[], Iterable[UnreadRow]]) -> Iterator[bytes]:
    """Yield these rows as CSV, with their numbers and reasons, line by line: there may be 100,000.

    `unread` is called twice.
    """
    width = max(len(headings), max((len(item.row.cells) for item in unread()), default=0))
    lines = ([*_padded(item.row.cells, width), str(item.row.number), item.why] for item in unread())
    yield codecs.BOM_UTF8
    for line in chain([[*_padded(headings, width), *EXTRA_COLUMNS]], lines):
        text = io.StringIO(newline="")
        write_rows(text, [line])
        yield text.getvalue().encode()


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))
