"""Compare names as people mean them: "Léogâne " is "leogane"; and list row numbers briefly."""

import re
from functools import lru_cache

from mutualaid.forms.name_search import plain

_TRAILING_NUMBER = re.compile(r"(?<=\S)\s+\d+$")


LONGEST_REMEMBERED = 80
"""Letters. The names of a sheet come again in each of its rows; what people tell does not."""


def normalize(text: str) -> str:
    """Reduce `text` to lower-case letters and digits without accents, one space between words."""
    return _remembered(text) if len(text) <= LONGEST_REMEMBERED else _normalized(text)


def _normalized(text: str) -> str:
    kept = (character if character.isalnum() else " " for character in plain(text))
    return " ".join("".join(kept).split())


_remembered = lru_cache(maxsize=10_000)(_normalized)


def parts_of(cell: str) -> list[str]:
    """Return what stands in a cell between semicolons or on lines of its own."""
    return [part.strip() for part in re.split(r"[;\n]", cell) if part.strip()]


def without_number(name: str) -> str:
    """Cut the number off the end of a normalized name: "delmas 33" is a part of "delmas"."""
    return _TRAILING_NUMBER.sub("", name)


def in_ranges(numbers: list[int]) -> str:
    """Write ascending row numbers as ranges: "2–5, 9"."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(f"{a}–{b}" if b > a else str(a) for a, b in ranges)
