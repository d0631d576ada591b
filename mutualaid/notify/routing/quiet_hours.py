"""When someone may be invited: not in quiet hours, not oftener than they wish, or together in a digest."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.registry import Group, all_kinds
from mutualaid.policy.current import current_policy

DAY, WEEK = timedelta(days=1), timedelta(days=7)
Pace = Preferences.Pace


def quiet_until(preferences: Preferences, now: datetime) -> datetime | None:
    """Return the end of the quiet hours that `now` falls into, or None outside them.

    By the person's own clock. On the two days a year on which clocks change, a time may come twice or
    not at all; then quiet hours are up to an hour longer, and never shorter (ADR 38).
    """
    start, end = preferences.quiet_hours
    if start == end:
        return None
    today = timezone.localdate(now, preferences.zone)
    for day in (today - DAY, today):
        ends = _latest(day + DAY if start > end else day, end, preferences.zone)
        if _earliest(day, start, preferences.zone) <= now < ends:
            return timezone.localtime(ends, preferences.zone)
    return None


def digest_due_at(preferences: Preferences, now: datetime) -> datetime | None:
    """When their next digest of a day or a week is due, after `now`; None for someone who hears at once.

    By the person's own clock, on the days on which clocks change too.
    """
    if preferences.pace == Pace.AT_ONCE:
        return None
    hour = time(current_policy().digest_hour)
    day = timezone.localdate(now, preferences.zone)
    if _latest(day, hour, preferences.zone) <= now:
        day += DAY
    if preferences.pace == Pace.WEEKLY:
        day += -day.weekday() % 7 * DAY
    return timezone.localtime(_latest(day, hour, preferences.zone), preferences.zone)


def week_is_full_until(
    row: Notification, preferences: Preferences, now: datetime
) -> datetime | None:
    """When the invitation `row` is within their most of seven days; None where it is now.

    What is being sent just now counts too, the earlier one first, so that two workers do not both
    take the last place.
    """
    invitations = [
        kind.name for kind in all_kinds() if kind.group == Group.INVITATIONS and kind.is_invitation
    ]
    others = Notification.objects.filter(recipient=row.recipient_id, kind__in=invitations).exclude(
        key=row.key
    )
    sent = others.filter(state=Notification.State.SENT, sent_at__gt=now - WEEK)
    under_way = Q(state=Notification.State.WAITING, lease_until__gt=Now(), pk__lt=row.pk)
    first = sent.order_by("sent_at").first()
    if sent.count() + others.filter(under_way).count() < preferences.invitations_per_week:
        return None
    return (first.sent_at if first and first.sent_at else now) + WEEK


def _earliest(day: date, clock: time, zone: tzinfo) -> datetime:
    """The first moment, in UTC, at which clocks of `zone` could show this time on this day."""
    return min(_moments(day, clock, zone))


def _latest(day: date, clock: time, zone: tzinfo) -> datetime:
    """The last such moment, in UTC."""
    return max(_moments(day, clock, zone))


def _moments(day: date, clock: time, zone: tzinfo) -> list[datetime]:
    """This time of this day as if the clock had not changed yet, and as if it had (PEP 495).

    On most days the same twice. In UTC, for Python compares two times of one zone by what the clock shows.
    """
    shown = datetime.combine(day, clock, zone)
    return [shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
