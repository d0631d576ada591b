"""Just before a message is sent: may it still go, on this channel, at this hour?"""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from mutualaid.notify.channels.call import Call
from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Group, Kind, Message, kind_named
from mutualaid.notify.routing.channels_for import channels_for
from mutualaid.notify.routing.quiet_hours import quiet_until, week_is_full_until
from mutualaid.notify.routing.unconfirmed_texts import (
    is_called_instead,
    other_channel,
    wait_until,
)


class Verdict(NamedTuple):
    """It may `go`; or it waits `until`, or goes on another `channel`; or, with none of these, never."""

    go: bool = False
    until: datetime | None = None
    channel: str = ""


GO, NEVER = Verdict(go=True), Verdict()


def verdict(row: Notification, message: Message | None) -> Verdict:
    """Judge by consent, state and channel as they are now, whatever they were when the row was written."""
    if message is None or (row.recipient and not row.recipient.is_active):
        return NEVER
    kind = kind_named(row.kind)
    preferences = Preferences.of(row.recipient) if row.recipient else None
    channels = channels_for(kind, message.recipient, preferences, urgent=row.urgent)
    if row.channel == Call.name and is_called_instead(kind, message.recipient, channels):
        return GO
    if row.channel not in channels:
        return Verdict(channel=Call.name) if channels == [Call.name] else NEVER
    if preferences and kind.group == Group.INVITATIONS:
        return _verdict_on_invitation(row, kind, preferences, timezone.now())
    if row.channel == Sms.name and not message.recipient.phone_confirmed:
        return _verdict_on_unconfirmed_text(row, kind, message.recipient, channels)
    return GO


def _verdict_on_unconfirmed_text(
    row: Notification, kind: Kind, recipient: Recipient, channels: list[str]
) -> Verdict:
    """Once a day for each number, and no more than the site's; else another way, or later."""
    later = wait_until(row, recipient)
    if later is None:
        return GO
    other = other_channel(kind, recipient, channels)
    return Verdict(channel=other) if other else Verdict(until=later)


def _verdict_on_invitation(
    row: Notification, kind: Kind, preferences: Preferences, now: datetime
) -> Verdict:
    """Not in quiet hours, and not oftener than they wish."""
    if not preferences.invitations_per_week:
        return NEVER
    may_wake = row.urgent and preferences.urgent_at_night
    later = None if may_wake else quiet_until(preferences, now)
    if kind.is_invitation:
        later = later or week_is_full_until(row, preferences, now)
    return Verdict(until=later) if later else GO
