"""The parts of a week in which somebody has time: six bits of one small whole number.

Finer than that would be a timetable, which nobody fills in on a phone. All six are any time, and
so is saying nothing: every stored number is from 1 to `ANY_TIME`, and two of them meet where they
share a bit.
"""

import re
from datetime import date, timedelta

from django.utils.translation import gettext, gettext_lazy, override

WEEKDAYS, WEEKENDS, ANY_TIME = 0b000111, 0b111000, 0b111111
PARTS = {
    1: gettext_lazy("weekday mornings"),
    2: gettext_lazy("weekday afternoons"),
    4: gettext_lazy("weekday evenings"),
    8: gettext_lazy("weekend mornings"),
    16: gettext_lazy("weekend afternoons"),
    32: gettext_lazy("weekend evenings"),
}
TOGETHER = {
    ANY_TIME: gettext_lazy("any time"),
    WEEKDAYS: gettext_lazy("weekdays"),
    WEEKENDS: gettext_lazy("weekends"),
    1 | 8: gettext_lazy("mornings"),
    2 | 16: gettext_lazy("afternoons"),
    4 | 32: gettext_lazy("evenings"),
}
"""Parts that have one word together, the widest first."""
NAMED = TOGETHER | PARTS
SATURDAY = 5
A_WEEK = 7


class UnknownPart(ValueError):
    """Words that name no part of a week."""


def in_words(parts: int) -> str:
    """In as few words as there are for them: "weekdays, weekend evenings"."""
    said, left = [], parts
    for some, words in NAMED.items():
        if some & left == some:
            said.append(str(words))
            left -= some
    return gettext(", ").join(said)


def from_words(text: str) -> int:
    """What `in_words` says, in the reader's language or in English; any time where nothing is said.

    Names stand between commas, semicolons or lines. Raises `UnknownPart` with the first that is none.
    """
    with override("en"):
        known = _known()
    known |= _known()
    parts = 0
    for name in re.split(r"[,;،؛\n]", text):
        if plain := " ".join(name.casefold().split()):
            if plain not in known:
                raise UnknownPart(name.strip())
            parts |= known[plain]
    return parts or ANY_TIME


def share(wanted: int, free: int) -> float:
    """How much of what is wanted is free, from 0 to 1. Whoever wants any time is suited by all."""
    if wanted == ANY_TIME:
        return 1.0
    return (wanted & free).bit_count() / wanted.bit_count()


def within(parts: int, first_day: date, last_day: date) -> int:
    """Those of `parts` that come in these days, the last one included; all of them where none does."""
    days = min((last_day - first_day).days + 1, A_WEEK)
    coming = 0
    for ahead in range(days):
        is_weekend = (first_day + timedelta(days=ahead)).weekday() >= SATURDAY
        coming |= WEEKENDS if is_weekend else WEEKDAYS
    return parts & coming or parts


def _known() -> dict[str, int]:
    return {str(words).casefold(): some for some, words in NAMED.items()}
