"""Writing CSV for spreadsheets: the one way of this site, so that no cell runs as a formula.

Excel, LibreOffice and Google Sheets run a cell that starts with = + - or @, some of them in full width
too. Where a list is separated by semicolons, as in much of Europe, they cut a file of commas at each ; and
each new line, so that a formula may also start in the midst of a cell, behind a quotation mark as well.
An apostrophe is put before each.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

_UNSEEN = r"[\"\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
# No letter is read in two ways, or a run of them would be read in every combination.
_BLANKS = rf"(?:[^\S\t\r\n]|(?!\s){_UNSEEN})*"
_STARTS = (
    rf"(?:^|(?<=[;；\t\r\n]))(?=X(?:'*{_BLANKS}[=+\-@;＝＋－＠﹢﹣﹦﹫；]))|^(?=X'* *[\t\r\n])"
)
_TO_ESCAPE = re.compile(_STARTS.replace("X", ""))
_ESCAPED = re.compile(_STARTS.replace("X", "'"))
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def write_rows(file: TextIO, rows: Iterable[Sequence[object]]) -> None:
    """Write `rows` as CSV; open the file with `newline=""`. `unescape_formula` reads a cell back."""
    csv.writer(file).writerows([escape_formula(str(cell)) for cell in row] for row in rows)


def escape_formula(cell: str) -> str:
    """Put an apostrophe wherever a formula could start; a mere number like -72.41 is none."""
    return cell if _NUMBER.fullmatch(cell) else _TO_ESCAPE.sub("'", cell)


def unescape_formula(cell: str) -> str:
    """Undo `escape_formula`, exactly."""
    places = {match.start() for match in _ESCAPED.finditer(cell)}
    return "".join(letter for place, letter in enumerate(cell) if place not in places)
