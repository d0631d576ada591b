"""Just before a message is sent: may it still go, on which ways, at this hour?"""

from datetime import datetime
from typing import NamedTuple

from mutualaid import clock
from mutualaid.group.current import current_group
from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.registry import Group, Kind, Message, compose_if_there, kind_named
from mutualaid.notify.routing.channels_for import channels_for
from mutualaid.notify.routing.quiet_hours import quiet_until, week_is_full_until
from mutualaid.notify.routing.unconfirmed_texts import wait_until


class Verdict(NamedTuple):
    """It goes on the first of `channels` that takes it; or it waits `until`; or it goes `never`."""

    channels: list[str]
    until: datetime | None = None
    never: bool = False


NEVER = Verdict([], never=True)


def verdict(row: Notification, message: Message | None) -> Verdict:
    """Judge by consent, state and channel as they are now, whatever they were when the row was written.

    Of a group that has ended nothing is sent any more: no link would lead anywhere.
    """
    if message is None or (row.recipient and not row.recipient.is_active):
        return NEVER
    if current_group().ended_on:
        return NEVER
    kind = kind_named(row.kind)
    preferences = Preferences.of(row.recipient) if row.recipient else None
    channels = channels_for(kind, message.recipient, preferences, urgent=row.urgent)
    if channels and preferences and kind.group == Group.INVITATIONS:
        return _verdict_on_invitation(row, kind, preferences, channels)
    if channels and kind.by_day:
        return Verdict(channels, until=quiet_until(preferences or Preferences(), clock.now()))
    return Verdict(channels)


def first_way(row: Notification) -> str:
    """The channel on which a message that waits would go now; "" for none."""
    return next(iter(verdict(row, compose_if_there(row.kind, row.about_id)).channels), "")


def way_opens_at(row: Notification, message: Message, channel: str) -> datetime | None:
    """When this way may be taken; None for now.

    A text to a number that no one has confirmed goes once a day, and no more than the site's.
    """
    if channel != Sms.name or message.recipient.phone_confirmed:
        return None
    return wait_until(row, message.recipient)


def _verdict_on_invitation(
    row: Notification, kind: Kind, preferences: Preferences, channels: list[str]
) -> Verdict:
    """Not in quiet hours, and not oftener than they wish."""
    if not preferences.invitations_per_week:
        return NEVER
    now = clock.now()
    may_wake = row.urgent and preferences.urgent_at_night
    later = None if may_wake else quiet_until(preferences, now)
    if kind.is_invitation:
        later = later or week_is_full_until(row, preferences, now)
    return Verdict(channels, until=later)
