"""The time slots of a week in which someone has time: six bits of one small whole number.

Finer than that would be a timetable, which no one fills in on a phone (ADR 37). All six are any time, and
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
"""Sets of slots that have one name together, the widest first."""
NAMED = TOGETHER | PARTS
SATURDAY = 5
"""As `date.weekday` counts."""
DAYS_OF_A_WEEK = 7


class UnknownPart(ValueError):
    """A name that is none of `NAMED`."""


def in_words(parts: int) -> str:
    """Name the slots in as few words as there are: "weekdays, weekend evenings"."""
    names, remaining = [], parts
    for bits, name in NAMED.items():
        if bits & remaining == bits:
            names.append(str(name))
            remaining -= bits
    return gettext(", ").join(names)


def from_words(text: str) -> int:
    """Read what `in_words` writes, in the reader's language or in English; an empty text is any time.

    Names stand between commas, semicolons or lines. Raises `UnknownPart` with the first unknown name.
    """
    with override("en"):
        by_name = _by_name()
    by_name |= _by_name()
    parts = 0
    for typed in re.split(r"[,;،؛，、；\n]", text):
        if name := " ".join(typed.casefold().split()):
            if name not in by_name:
                raise UnknownPart(typed.strip())
            parts |= by_name[name]
    return parts or ANY_TIME


def share(wanted: int, free: int) -> float:
    """Return the share of the wanted slots that are free, 0 to 1. Who wants any time is suited by all."""
    if wanted == ANY_TIME:
        return 1.0
    return (wanted & free).bit_count() / wanted.bit_count()


def within(parts: int, first_day: date, last_day: date) -> int:
    """Return those of `parts` that come in these days, the last included; all of them where none does."""
    days = min((last_day - first_day).days + 1, DAYS_OF_A_WEEK)
    coming = 0
    for offset in range(days):
        is_weekend = (first_day + timedelta(days=offset)).weekday() >= SATURDAY
        coming |= WEEKENDS if is_weekend else WEEKDAYS
    return parts & coming or parts


def _by_name() -> dict[str, int]:
    """The names in the language that is active now."""
    return {str(name).casefold(): bits for bits, name in NAMED.items()}
