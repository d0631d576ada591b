"""Read moments out of cells. Whether the day or the month comes first is decided once for a column."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import NamedTuple

from dateutil import parser
from dateutil.tz import tzoffset
from django.conf import settings
from django.utils import timezone, translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from mutualaid.importing.problems import Unread

DATE_ORDERS = ("ymd", "dmy", "mdy")
EXCEL_BEGAN = datetime(1899, 12, 30)
"""Day 0 of Excel, which takes 1900 for a leap year."""
EXCEL_DAYS = range(20_000, 80_000)
"""1954 to 2119. Other numbers of five digits are no days."""
MONTH_LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "ht", "ar", "ru")
HOURS_OF_ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
    "EET": 2, "EEST": 3, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7,
    "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
"""Of the names that forms write in America and Europe. Elsewhere they write GMT+1."""

_DATE = re.compile(r"(?<![\d:/.-])(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})\.?(?![\d/-]|\.\d)")
_YEAR_MONTH_DAY = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_AM_PM = re.compile(r"\b([ap])\.? ?m\b\.?", re.IGNORECASE)
_FROM_GMT = re.compile(r"\b(?:GMT|UTC) ?([+-])(\d{1,2})(?::?(\d\d))?\b", re.IGNORECASE)
_TIME_WITH_H = re.compile(r"\b(\d{1,2}) ?[h.](\d{2})\b")
_MONTH = re.compile(r"[^\W\d_]{3}")
_LETTERS = re.compile(r"[^\W\d_]+")
_TWO_DEFAULTS = datetime(2000, 1, 1), datetime(2012, 2, 29)
"""What is read the same with both says its year, month and day itself."""


class OrderVotes(NamedTuple):
    """How many cells of a column are dates in each order; see `find_date_order`."""

    order: str
    """The order in which the most can be read."""
    is_sure: bool
    """Whether no other order reads as many."""


def find_date_order(cells: Sequence[str], *, otherwise: str = "") -> OrderVotes:
    """Return the order in which the most of these cells are dates of the past, and whether that is sure.

    Where several read as many, it is `otherwise`, by default that of the site's region.
    """
    votes: Counter[str] = Counter()
    for cell in filter(None, cells):
        for order in DATE_ORDERS:
            try:
                read_moment(cell, order=order, zone=UTC)
            except Unread:
                continue
            votes[order] += 1
    usual = otherwise or ("mdy" if settings.PHONE_REGION in ("US", "CA", "PH") else "dmy")
    most = max(votes.values(), default=0)
    best = [order for order in DATE_ORDERS if votes[order] == most]
    same_day = not any(map(_is_ambiguous, cells))
    return OrderVotes(usual if usual in best else best[0], len(best) == 1 or same_day)


def _is_ambiguous(cell: str) -> bool:
    date_ = _DATE.search(_digits(cell))
    return date_ is not None and len(date_.group(1)) < 4


def read_moment(text: str, *, order: str, zone: tzinfo) -> datetime:
    """Read the moment that `text` names; without a time of day its midnight, without a zone in `zone`.

    `order` is one of `DATE_ORDERS`; a year of four digits in front is understood in each. A number of
    five digits is a day as Excel counts them.

    Raises `Unread` for what is no date in that order, lies before 1900 or in the future.
    """
    try:
        moment = _parse(_digits(text.strip()), order)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        is_past, year = moment <= timezone.now(), moment.year
    except (ValueError, ArithmeticError, TypeError, AttributeError, LookupError):
        raise Unread(_no_date(order)) from None
    if year < 1900:
        raise Unread(_no_date(order))
    if not is_past:
        raise Unread(_("The date lies in the future."))
    return moment


def read_day(text: str, *, order: str) -> date:
    """Read a day, which may lie in the future. Raises `Unread` for what is no date in that order."""
    try:
        return _parse(_digits(text.strip()), order).date()
    except (ValueError, ArithmeticError, TypeError, AttributeError, LookupError):
        raise Unread(_no_date(order)) from None


def _no_date(order: str) -> str:
    return _("The date is not one in the order %s.") % order


def _parse(text: str, order: str) -> datetime:
    """Raises `ValueError` and what dateutil raises for a text that is no moment."""
    if serial := _SERIAL.fullmatch(text):
        if int(serial.group(1)) not in EXCEL_DAYS:
            raise ValueError(text)
        return (EXCEL_BEGAN + timedelta(days=float(text))).replace(microsecond=0)
    if compact := _COMPACT.fullmatch(text):
        return datetime(*map(int, compact.groups()))  # type: ignore[arg-type]
    date_ = _DATE.search(text)
    if date_:
        day = _day(date_.group(1), date_.group(3), date_.group(4), order)
        text = f"{text[: date_.start()]}{day}{text[date_.end() :]}"
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _parse_words(text, has_day=date_ is not None)


def _day(*parts: str) -> str:
    """The day of three numbers in an order, as ISO 8601 writes it. Raises `ValueError` for none."""
    *numbers, order = parts
    order = "ymd" if len(numbers[0]) == 4 else order
    by_letter = dict(zip(order, numbers, strict=True))
    if len(by_letter["y"]) not in (2, 4) or len(by_letter["d"]) > 2 or len(by_letter["m"]) > 2:
        raise ValueError("no year")
    year = int(by_letter["y"]) + (2000 if len(by_letter["y"]) == 2 else 0)
    return date(year, int(by_letter["m"]), int(by_letter["d"])).isoformat()


def _parse_words(text: str, *, has_day: bool) -> datetime:
    """Read what has letters: months, weekdays, am and pm, zones."""
    if not (has_day or _MONTH.search(text)):
        raise ValueError("neither numbers that make a day nor a month")
    text = _AM_PM.sub(lambda found: f"{found.group(1)}m", text)
    text = _FROM_GMT.sub(_offset, text)
    text = _TIME_WITH_H.sub(r"\1:\2", text)
    text = _LETTERS.sub(lambda word: _english(word.group()), text)
    read = [
        parser.parse(text, default=default, tzinfos=_zone)
        for default in (_TWO_DEFAULTS[:1] if has_day else _TWO_DEFAULTS)
    ]
    if len(set(read)) > 1:
        raise ValueError("no whole day")
    return read[0]


def _offset(found: re.Match[str]) -> str:
    """GMT+1 as ISO 8601 writes it; dateutil takes it for POSIX, where it lies west."""
    sign, hours, minutes = found.groups()
    return f"{sign}{int(hours):02}:{minutes or '00'}"


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """Raises `KeyError` for a zone that is not known: a guess would be hours off."""
    if name:
        return tzoffset(name, 3600 * HOURS_OF_ZONES[name.upper()])
    return None if offset is None else tzoffset(None, offset)


def _english(word: str) -> str:
    return _english_words().get(word.casefold(), word)


@cache
def _english_words() -> dict[str, str]:
    """Names of months and weekdays, and little words between them, in other languages → in English."""
    little = ("de", "del", "le", "den", "der", "di", "um", "uhr", "à", "às", "года", "г", "в")
    found = dict.fromkeys(little, " ")
    tables = (MONTHS, MONTHS_ALT, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR)
    for code in MONTH_LANGUAGES:
        for table in tables:
            for name in table.values():
                with translation.override(code):
                    word = str(name).casefold().rstrip(".")
                with translation.override("en"):
                    found.setdefault(word, str(name))
    return found


def _digits(text: str) -> str:
    """Arabic and other digits as those that `int` writes, spaces that do not break as plain ones, and a day
    in Chinese as 2026-11-26.
    """
    plain = "".join(str(int(c)) if c.isdecimal() and not c.isascii() else c for c in text)
    return " ".join(_YEAR_MONTH_DAY.sub(r"\1-\2-\3 ", plain).split())
