"""When it is time to close and to erase, by the database's clock.

Each step waits for the one before, not for its day alone: a clock that is wrong for a minute, or workers that
were off on both days, must not tell, close and erase at once. A moment that a wrong clock wrote lies in the
future and holds the next step back.
"""

from datetime import timedelta

from django.db.models import Exists, Q
from django.db.models.functions import Now, TruncDate
from django.utils import timezone

from mutualaid.clock import today_in_query
from mutualaid.ending.actions import COPY_DAYS, NOTICE_DAYS
from mutualaid.policy.current import current_policy
from mutualaid.retention.sweep import rows_of
from mutualaid.retention.terms import OWNERS


def due_to_close() -> Q:
    """Match what may be closed: from the morning of its day on, `NOTICE_DAYS` after everyone was told."""
    return Q(closes_on__lte=_day_once_it_is_morning()) & _waited("told_at", NOTICE_DAYS)


def due_to_erase() -> Q:
    """Match what may be erased: once its day is over, `COPY_DAYS` after all was closed."""
    return Q(erases_on__lt=today_in_query()) & _waited("closed_at", COPY_DAYS)


def is_anyone_left() -> bool:
    """Whether someone is not erased yet."""
    return any(rows_of(owner).filter(erased_at=None).exists() for owner in OWNERS)


def _waited(moment: str, days: int) -> Q:
    """No one has to wait where everyone is erased already: a restored backup of a group that has ended."""
    is_over = Q(**{f"{moment}__lte": Now() - timedelta(days=days)})
    return is_over | (_no_one_left() & Q(**{f"{moment}__isnull": False}))


def _no_one_left() -> Q:
    return Q(*(~Exists(rows_of(owner).filter(erased_at=None)) for owner in OWNERS))


def _day_once_it_is_morning() -> TruncDate:
    """The day of the group's time zone, which begins here when its quiet hours end."""
    wakes = current_policy().quiet_until
    night = timedelta(hours=wakes.hour, minutes=wakes.minute)
    return TruncDate(Now() - night, tzinfo=timezone.get_current_timezone())
