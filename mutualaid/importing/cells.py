"""Read moments and positions out of cells. The order of day and month is never guessed."""

import re
from datetime import datetime, tzinfo
from math import isfinite
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.importing.sheet import Unread

DATE_ORDERS = ("ymd", "dmy", "mdy")
_DATE = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
_TIME = re.compile(r"[ T,]*(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*([AaPp])?\.?[Mm]?\.?")


class Position(NamedTuple):
    """Degrees; north and east are positive. It finds an area and is not kept."""

    lat: float
    lng: float


def read_moment(text: str, *, order: str, zone: tzinfo) -> datetime:
    """Read the moment that `text` names; without a time of day its midnight, in `zone`.

    `order` is one of `DATE_ORDERS`; a year of four digits in front is understood in each.

    Raises `Unread` for what is no date in that order, lies before 1900 or in the future.
    """
    try:
        moment = _parse_iso(text) or _parse_spreadsheet_date(text, order)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.year < 1900:
        message = _("The date is not one in the order %(order)s. Another order: --date-order")
        raise Unread(message % {"order": order})
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if moment > timezone.now():
        raise Unread(_("The date lies in the future."))
    return moment


def _parse_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if "-" in text else None
    except ValueError:
        return None


def _parse_spreadsheet_date(text: str, order: str) -> datetime | None:
    date = _DATE.match(text)
    if not date:
        return None
    parts = date.groups()
    order = "ymd" if len(parts[0]) == 4 else order
    by_letter = dict(zip(order, parts, strict=True))
    year = int(by_letter["y"]) + (2000 if len(by_letter["y"]) == 2 else 0)
    time = _parse_time(text[date.end() :])
    return time and time.replace(year=year, month=int(by_letter["m"]), day=int(by_letter["d"]))


def _parse_time(text: str) -> datetime | None:
    """The time of day on 1 January 2000; midnight for nothing, None for what is no time."""
    if not text.strip():
        return datetime(2000, 1, 1)
    time = _TIME.fullmatch(text.strip())
    if not time:
        return None
    hour, minute, second, am_or_pm = time.groups()
    hours = int(hour) % 12 + (12 if am_or_pm in "Pp" else 0) if am_or_pm else int(hour)
    return datetime(2000, 1, 1, hours, int(minute), int(second or 0))


def read_position(lat: str, lng: str) -> Position | None:
    """Read two cells in degrees; None when both are empty. A comma may stand for the point.

    Raises `Unread` when one of them is empty, no number, or off the globe.
    """
    if not lat and not lng:
        return None
    return Position(_degrees(lat, _("latitude"), 90), _degrees(lng, _("longitude"), 180))


def _degrees(text: str, name: str, most: int) -> float:
    if not text:
        raise Unread(_("The %s is missing.") % name)
    try:
        degrees = float(text.replace(",", "."))
    except ValueError:
        degrees = float("nan")
    if not isfinite(degrees) or abs(degrees) > most:
        message = _("The %(name)s is not a number from -%(most)d to %(most)d.")
        raise Unread(message % {"name": name, "most": most})
    return degrees
