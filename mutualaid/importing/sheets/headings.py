"""Find the row of headings below titles, and tell headings apart that are the same."""

from collections.abc import Collection, Sequence
from itertools import count, islice

from mutualaid.importing.names import normalize
from mutualaid.importing.sheets.table import Row

LOOKED_THROUGH = 20
"""Rows at the top in which the headings are looked for."""


def find_heading_row(rows: Sequence[Row], known: Collection[str]) -> int:
    """Return the index of the row of headings among the first rows of a sheet.

    It is the one with the most headings that are `known`, normalized; where none has two, the first
    that is filled about as far as the widest row. 0 for no rows.
    """
    top = list(islice(rows, LOOKED_THROUGH))
    matches = [
        len({normalize(heading) for heading in headings_at(top, index)} & set(known))
        for index in range(len(top))
    ]
    best = max(matches, default=0)
    if best >= 2:
        return matches.index(best)
    filled = [sum(bool(cell.strip()) for cell in row.cells) for row in top]
    widest = max(filled, default=0)
    return next((i for i, count in enumerate(filled) if 2 * count > widest), 0)


def headings_at(rows: Sequence[Row], index: int) -> list[str]:
    """Return the headings in the row at `index`, each of which is another.

    Below a merged cell a heading is empty: it takes what stands in the row above. Of the same heading
    the second is "Notes (2)". A column without one is called by its letter, "Column C".
    """
    above = rows[index - 1].cells if index else []
    own = rows[index].cells if rows else []
    width = max((n for n, cell in enumerate(own, 1) if cell.strip()), default=0)
    is_two_rows = sum(bool(cell.strip()) for cell in above) > 1
    if is_two_rows:
        width = max(width, max(n for n, cell in enumerate(above, 1) if cell.strip()))
    width = max(width, min(len(own), width + _blank_end(own)))
    cells = [_cell(own, n) or (_cell(above, n) if is_two_rows else "") for n in range(width)]
    taken = {normalize(cell) for cell in cells if cell}
    used: set[str] = set()
    numbers: dict[str, int] = {}
    headings = []
    for position, cell in enumerate(cells, start=1):
        name = cell or f"Column {_letter(position)}"
        if (key := normalize(name)) in used:
            numbers[key] = _free_number(name, used, taken, numbers.get(key, 1))
            name = f"{name} ({numbers[key]})"
        used.add(normalize(name))
        headings.append(name)
    return headings


def _letter(position: int) -> str:
    from openpyxl.utils import get_column_letter  # the whole of openpyxl: four megabytes

    return get_column_letter(position)


def _cell(cells: Sequence[str], index: int) -> str:
    return " ".join(cells[index].split()) if index < len(cells) else ""


def _blank_end(cells: Sequence[str]) -> int:
    """How many blank cells stand at the end."""
    return next((n for n, cell in enumerate(reversed(cells)) if cell.strip()), len(cells))


def _free_number(name: str, used: Collection[str], taken: Collection[str], last: int) -> int:
    """The next number after `last` by which a heading is told apart from all others."""
    numbers = count(last + 1)
    numbered = ((number, normalize(f"{name} ({number})")) for number in numbers)
    return next(number for number, key in numbered if key not in used and key not in taken)
