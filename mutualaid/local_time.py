"""Days and times as people read them: in the group's time zone and in the language that is active.

Django's `date_format` and `localize` write a moment as it is stored, in UTC: late in the evening or
early in the morning that is another day. Templates convert by themselves; everything else formats here.
"""

from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.utils import timezone
from django.utils.formats import date_format, localize, time_format
from django.utils.html import avoid_wrapping
from django.utils.timesince import TIME_STRINGS, timesince
from django.utils.translation import gettext

T = TypeVar("T")


def format_day(day: date | datetime, form: str = "DATE_FORMAT") -> str:
    """Write a day, or the day on which a moment falls here, in one of Django's named formats."""
    return date_format(_here(day), form)


def week_of(day: date) -> date:
    """The Monday of the week of this day."""
    return day - timedelta(days=day.weekday())


def this_week() -> date:
    """The Monday of the current week in the group's time zone."""
    return week_of(timezone.localdate())


def format_moment(moment: datetime) -> str:
    """Write a day with its time, short."""
    return date_format(_here(moment), "SHORT_DATETIME_FORMAT")


def moment_in_words(moment: datetime) -> str:
    """Write a day and the time of it, as in a sentence: "November 26, 2026 at 5 p.m."."""
    here = _here(moment)
    return day_and_time(format_day(here), here.time())


def day_and_time(day: str, at: time) -> str:
    """Write a time beside a day that is in words already."""
    return gettext("%(day)s at %(time)s") % {"day": day, "time": format_time(at)}


def format_time(at: time) -> str:
    """Write a time of the day, which has no zone: it is meant here."""
    return time_format(at, "TIME_FORMAT")


def age_in_words(since: datetime) -> str:
    """Write how long ago a moment was, as one counts: today in hours or minutes, before that in days."""
    days = (timezone.localdate() - timezone.localdate(since)).days
    if days > 0:
        return avoid_wrapping(TIME_STRINGS["day"] % {"num": days})
    return timesince(since, timezone.now(), depth=1)


def format_value(value: object) -> str:
    """Write any value: a moment as it is here, a number with the signs of the language, others as text."""
    return str(localize(_here(value)))


def _here(value: T) -> T:
    """A moment in the group's time zone; a day, a time or anything else as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)  # type: ignore[return-value]
    return value
