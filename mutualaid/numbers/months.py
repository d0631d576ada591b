"""Where a month begins and ends."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def following(month: date) -> date:
    """Return the first day of the month after the one that begins on this day."""
    return (month + timedelta(days=32)).replace(day=1)


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins where the group is."""
    return timezone.make_aware(datetime.combine(day, time.min))
