"""Putting a message into the outbox."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.celery import enqueue_on_commit
from mutualaid.notify.channels.mail import Mail
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Group, kind_named
from mutualaid.notify.routing.channels_for import channels_for, recipient_of
from mutualaid.notify.routing.quiet_hours import gathered_at, quiet_until
from mutualaid.people.models import User

GATHERED = "need_digest"
"""What somebody hears who preferences to hear of all that fits in one message."""


class OutsideTransaction(Exception):
    """A message must be written in the transaction it reports on, or it may report what never was."""


def enqueue(
    kind: str,
    *,
    about_id: int,
    to: User | None = None,
    recipient: Recipient | None = None,
    urgent: bool = False,
    key: str = "",
    hold: timedelta | None = None,
) -> Notification | None:
    """Write one message for each (kind, thing, person) and channel; asked twice, the first stands.

    With `hold` it waits so long, and while it waits there is no second one of its kind about the same thing.

    `to` is somebody with an account; without one, `recipient` says how a neighbour may be reached now.
    Returns the first of the rows, or None where they want none. What is held until a better hour is
    written all the same. Raises `OutsideTransaction` outside `transaction.atomic()`.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)
    preferences = Preferences.of(to) if to else None
    if to and recipient is None:
        recipient = recipient_of(to, preferences)
    named = kind_named(kind)
    ways = channels_for(named, recipient, preferences, urgent=urgent) if recipient else [Mail.name]
    row: dict[str, Any] = {"kind": kind, "about_id": about_id, "recipient": to, "urgent": urgent}
    if hold:
        held = Notification.objects.filter(
            **row, state=Notification.State.WAITING, lease_until=None
        )
        if earlier := held.first():
            return earlier
        row["due_at"] = Now() + hold
    key = key or f"{kind}:{about_id}:{to.pk if to else '-'}"
    if to and preferences and named.group == Group.INVITATIONS and named.is_invitation:
        key, row = _ask(key, row, to, preferences)
    written = [_write(key, way, row) for way in ways]
    return written[0] if written else None


def recall(keys: Iterable[str]) -> bool:
    """Cancel the messages with these keys; False where one of them has gone out, or is just being sent.

    Those that still wait are cancelled all the same: whoever wants all or none rolls back.
    """
    rows = Notification.objects.filter(key__in=list(keys))
    recalled = rows.unsent().update(state=Notification.State.CANCELLED)
    return recalled == rows.count()


def notify_team_chat(kind: str, about_id: int, *, key: str = "") -> None:
    """Tell the coordinators' room, where the group has one."""
    enqueue(kind, about_id=about_id, recipient=Recipient(), key=key)


def _ask(
    key: str, row: dict[str, Any], to: User, preferences: Preferences
) -> tuple[str, dict[str, Any]]:
    """An ask waits for a decent hour, or is told with the others of its day or week."""
    now = timezone.now()
    together = None if row["urgent"] else gathered_at(preferences, now)
    if together:
        key = f"{GATHERED}:{to.pk}:{together:%Y-%m-%d}"
        return key, {**row, "kind": GATHERED, "about_id": to.pk, "due_at": together}
    awake = row["urgent"] and preferences.urgent_at_night
    later = None if awake else quiet_until(preferences, now)
    return key, {**row, "due_at": later} if later else row


def _write(key: str, way: str, fields: dict[str, Any]) -> Notification:
    from mutualaid.notify.tasks import deliver  # the task module imports this room's models

    row, is_new = Notification.objects.get_or_create(key=key, channel=way, defaults=fields)
    if is_new and "due_at" not in fields:
        enqueue_on_commit(deliver, row.pk)
    return row
