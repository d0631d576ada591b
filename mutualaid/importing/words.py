"""Names compared as people mean them: "Léogâne " is "leogane"."""

import re
import unicodedata

_NUMBER_BEHIND = re.compile(r"(?<=\S)\s+\d+$")


def plain(text: str) -> str:
    """Lower case, no accents, one space between words, nothing else."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = (
        letter if letter.isalnum() else " "
        for letter in letters
        if not unicodedata.combining(letter)
    )
    return " ".join("".join(kept).split())


def without_number(name: str) -> str:
    """A `plain` name without the number behind it: "delmas 33" is a part of "delmas"."""
    return _NUMBER_BEHIND.sub("", name)


def in_ranges(numbers: list[int]) -> str:
    """Row numbers, ascending, short enough to read: "2–5, 9"."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(f"{a}–{b}" if b > a else str(a) for a, b in ranges)
