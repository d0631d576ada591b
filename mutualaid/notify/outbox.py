"""Putting a message into the outbox."""

from django.db import connection

from mutualaid.celery import nudge
from mutualaid.notify.models import Notification
from mutualaid.people.models import User


class OutsideTransaction(Exception):
    """A message must be written in the transaction it reports on, or it may report what never was."""


def enqueue(kind: str, *, about_id: int, to: User | None = None, key: str = "") -> Notification:
    """Write one message for each (kind, thing, person); asked twice, the first one stands.

    `to` is None for a neighbour without an account, whose address stands with her need.
    Raises `OutsideTransaction` outside `transaction.atomic()`.
    """
    from mutualaid.notify.tasks import deliver  # the task module imports this room's models

    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)
    key = key or f"{kind}:{about_id}:{to.pk if to else '-'}"
    row, is_new = Notification.objects.get_or_create(
        key=key, defaults={"kind": kind, "about_id": about_id, "recipient": to}
    )
    if is_new:
        nudge(deliver, row.pk)
    return row
