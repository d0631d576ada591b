"""How soon a need is needed: in words that are true whenever they are read, and at which times that is."""

from datetime import date

from django.utils import timezone
from django.utils.translation import ngettext

from mutualaid.catalog.time_slots import within
from requests_app.states import Urgency


def how_soon_in_words(urgency: Urgency, told_on: date) -> str:
    """Return what the neighbour chose on the day `told_on` in the group's time zone.

    Their own words while these are true: "Today" on that day, "This week" until its Sunday. Later when
    that was, and what they had in mind: "Asked 12 days ago, needed that day".
    """
    if is_still_true(urgency, told_on):
        return str(urgency.label)
    days = _days_since(told_on)
    return _long_ago(urgency, days) % {"days": days}


def is_still_true(urgency: Urgency, told_on: date) -> bool:
    """Whether the neighbour's own words of the day `told_on` are true today."""
    return _days_since(told_on) < _days_true(urgency, told_on)


def time_slots_that_count(
    named: int, urgency: int, needed_by: date | None, *, on_the_day: bool
) -> int:
    """The named time slots that are not too late, as a bit mask like `named`.

    Those from today to the day `needed_by`; of that day alone if `on_the_day`; of today alone if it is
    critical; all if there is no day.
    """
    today = timezone.localdate()
    if on_the_day and needed_by:
        return within(named, needed_by, needed_by)
    last_day = today if urgency == Urgency.CRITICAL else needed_by
    return within(named, today, last_day) if last_day else named


def _days_since(day: date) -> int:
    return (timezone.localdate() - day).days


def _days_true(urgency: Urgency, told_on: date) -> float:
    """For how many days the label is true, from the first on."""
    match urgency:
        case Urgency.LOW:
            return float("inf")
        case Urgency.NORMAL:
            return 7 - told_on.weekday()
        case _:
            return 1


def _long_ago(urgency: Urgency, days: int) -> str:
    match urgency:
        case Urgency.CRITICAL:
            return ngettext(
                "Asked %(days)d day ago, needed that day",
                "Asked %(days)d days ago, needed that day",
                days,
            )
        case Urgency.HIGH:
            return ngettext(
                "Asked %(days)d day ago, needed within two days",
                "Asked %(days)d days ago, needed within two days",
                days,
            )
    return ngettext(
        "Asked %(days)d day ago, needed that week",
        "Asked %(days)d days ago, needed that week",
        days,
    )
