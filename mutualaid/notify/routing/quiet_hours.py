"""When an ask may be made: not in quiet hours, not oftener than wished, or together with others."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.registry import Group, all_kinds

WEEK = timedelta(days=7)
Pace = Preferences.Pace


def quiet_until(wishes: Preferences, now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` falls into, or None outside them."""
    here = timezone.localtime(now, wishes.zone)
    start, end = wishes.quiet_from, wishes.quiet_until
    over_midnight = start > end
    is_quiet = (
        start <= here.time() or here.time() < end if over_midnight else start <= here.time() < end
    )
    if start == end or not is_quiet:
        return None
    later_day = over_midnight and here.time() >= start
    return _at(here, end, days=1 if later_day else 0)


def gathered_at(wishes: Preferences, now: datetime) -> datetime | None:
    """When the asks of a day or a week are told together, or None for somebody who hears at once."""
    if wishes.pace == Pace.AT_ONCE:
        return None
    here = timezone.localtime(now, wishes.zone)
    hour = time(settings.DIGEST_HOUR)
    days = 0 if here.time() < hour else 1
    if wishes.pace == Pace.WEEKLY:
        days += -(here.weekday() + days) % 7
    return _at(here, hour, days=days)


def week_is_full_until(row: Notification, wishes: Preferences, now: datetime) -> datetime | None:
    """When there is room again for one more ask of this person, or None while there is.

    What is being sent just now counts too, the earlier one first, so that two workers do not both
    take the last place.
    """
    asks = [kind.name for kind in all_kinds() if kind.group == Group.ASKS and kind.is_ask]
    mine = Notification.objects.filter(recipient=row.recipient_id, kind__in=asks).exclude(
        key=row.key
    )
    sent = mine.filter(state=Notification.State.SENT, sent_at__gt=now - WEEK)
    under_way = Q(state=Notification.State.WAITING, lease_until__gt=Now(), pk__lt=row.pk)
    busy = _keys(mine.filter(under_way))
    first = sent.order_by("sent_at").first()
    if _keys(sent) + busy < wishes.most_a_week:
        return None
    return (first.sent_at if first and first.sent_at else now) + WEEK


def _keys(rows: QuerySet[Notification]) -> int:
    """How many asks, whatever number of channels each took."""
    return rows.values("key").distinct().count()


def _at(day: datetime, hour: time, *, days: int) -> datetime:
    return datetime.combine(day.date() + timedelta(days=days), hour, day.tzinfo)
