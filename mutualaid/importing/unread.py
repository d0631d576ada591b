"""The rows that could not be read, as a file that can be corrected and read again."""

import csv
import io
import os
import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from mutualaid.importing.formulas import harmless
from mutualaid.importing.tables import EXTRA_COLUMNS, Row, Table

_MARK = re.compile(r"\.unread(-\d+)?$")


class UnreadRow(NamedTuple):
    row: Row
    why: str


def first_name(path: Path) -> str:
    """The name of the sheet that `path` is, or is a corrected part of: "may" of may.unread.csv."""
    return _MARK.sub("", path.stem)


def write_unread(path: Path, table: Table, unread: Sequence[UnreadRow]) -> Path:
    """Write the rows beside `path` with their numbers and reasons; returns where.

    A file that is there already may hold somebody's corrections: it is left as it is.
    """
    content = _as_csv(table, unread).encode("utf-8-sig")
    for number in count(1):
        mark = f"-{number}" if number > 1 else ""
        target = path.with_name(f"{first_name(path)}.unread{mark}.csv")
        try:
            # Neighbours' words are in it: for nobody else on this machine.
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if target.is_file() and target.read_bytes() == content:
                return target
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return target
    raise AssertionError("numbers never end")


def _as_csv(table: Table, unread: Sequence[UnreadRow]) -> str:
    width = max([len(table.headings), *(len(item.row.cells) for item in unread)])
    lines = [[*_wide(table.headings, width), *EXTRA_COLUMNS]]
    lines += [[*_wide(i.row.cells, width), str(i.row.number), harmless(i.why)] for i in unread]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _wide(cells: list[str], width: int) -> list[str]:
    return [harmless(cell) for cell in cells] + [""] * (width - len(cells))
