"""Dates as spreadsheets write them. The order of day and month is never guessed."""

import re
from datetime import datetime, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.importing.problems import Unread

ORDERS = ("ymd", "dmy", "mdy")
_DATE = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
_TIME = re.compile(r"[ T,]*(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*([AaPp])?\.?[Mm]?\.?")


def read_moment(text: str, *, order: str, zone: tzinfo) -> datetime:
    """The moment that `text` names; without a time of day its midnight, in `zone`.

    A year of four digits in front is understood in every order. Raises `Unread`.
    """
    try:
        moment = _iso(text) or _spreadsheet(text, order)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.year < 1900:
        words = _("The date is not one in the order %(order)s. Another order: --date-order")
        raise Unread(words % {"order": order})
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if moment > timezone.now():
        raise Unread(_("The date lies in the future."))
    return moment


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if "-" in text else None
    except ValueError:
        return None


def _spreadsheet(text: str, order: str) -> datetime | None:
    date = _DATE.match(text)
    if not date:
        return None
    parts = date.groups()
    order = "ymd" if len(parts[0]) == 4 else order
    by_letter = dict(zip(order, parts, strict=True))
    year = int(by_letter["y"]) + (2000 if len(by_letter["y"]) == 2 else 0)
    time = _time(text[date.end() :])
    return time and time.replace(year=year, month=int(by_letter["m"]), day=int(by_letter["d"]))


def _time(text: str) -> datetime | None:
    """The time of day on some day in January; midnight for nothing, None for what is no time."""
    if not text.strip():
        return datetime(2000, 1, 1)
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, second, half = found.groups()
    hours = int(hour) % 12 + (12 if half in "Pp" else 0) if half else int(hour)
    return datetime(2000, 1, 1, hours, int(minute), int(second or 0))
