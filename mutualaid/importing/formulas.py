"""A cell that a spreadsheet would run as a formula is made text, and read back as it was."""

import re

_STARTS_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'* *[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def harmless(cell: str) -> str:
    """Put an apostrophe before what could be a formula; a mere number like -72.41 is none."""
    if _STARTS_FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def as_it_was(cell: str) -> str:
    """Undo `harmless`, exactly."""
    return cell[1:] if cell.startswith("'") and _STARTS_FORMULA.match(cell) else cell
