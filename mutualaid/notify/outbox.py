"""Putting a message into the outbox."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.expressions import DatabaseDefault
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.celery import enqueue_on_commit
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Group, kind_named
from mutualaid.notify.routing.channels_for import (
    Reach,
    channels_for,
    closed_to,
    reach_of_all,
    recipient_of,
)
from mutualaid.notify.routing.quiet_hours import digest_due_at, quiet_until
from mutualaid.people.models import User
from mutualaid.statements import write_all

DIGEST = "need_digest"
"""The kind of message that tells of all invitations of a day or a week together."""


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
    """Write one message of this kind about the thing with this id.

    `to` is someone with an account; without one, `recipient` says how a neighbour may be reached now.
    Of the same `key` (by default kind, thing and person) there is one message: asked for again, the first
    stands. With `hold` it waits so long, and while it waits there is no second one of its kind
    about the same thing. An invitation is due after the quiet hours, or told in the next digest.

    Returns the row, or None where it may go on no channel. Raises `OutsideTransaction`
    outside `transaction.atomic()`, and `KeyError` for a kind that no app has registered.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)
    preferences = Preferences.of(to) if to else None
    if to and recipient is None:
        recipient = recipient_of(to, preferences)
    traits = kind_named(kind)
    if recipient and not channels_for(traits, recipient, preferences, urgent=urgent):
        return None
    columns: dict[str, Any] = {
        "kind": kind, "about_id": about_id, "recipient": to, "urgent": urgent
    }  # fmt: skip
    if hold:
        if held := _held(columns):
            return held
        columns["due_at"] = Now() + hold
    key = key or _key(Told(kind, about_id, to=to))
    if preferences and _has_hours(kind):
        key, columns = _at_their_hour(key, columns, preferences, clock.now())
    return _write(key, columns)


class Told(NamedTuple):
    """A message of this kind about the thing with this id, `to` someone with an account, or a `recipient`.

    Of the same `key` there is one, as of `enqueue`.
    """

    kind: str
    about_id: int
    recipient: Recipient | None = None
    urgent: bool = False
    to: User | None = None
    key: str = ""


class HeldBatch(NamedTuple):
    """Messages of one step that wait for `hold`; the `code` of the step is in their keys, to recall them."""

    code: str
    hold: timedelta

    def key(self, kind: str, about_id: int) -> str:
        return f"{kind}:{about_id}:{self.code}"


def enqueue_all(
    told: Sequence[Told],
    batch: HeldBatch | None = None,
    *,
    now: datetime | None = None,
    reach: Mapping[int, Reach] | None = None,
) -> None:
    """Write all of these messages, as `enqueue` does, in a few queries however many they are.

    What the caller knows already is asked of nobody: `now` by the database's clock, and `reach` by the ids of
    the people.
    Raises `OutsideTransaction` outside `transaction.atomic()`, and `KeyError` for a kind that no app has
    registered.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(", ".join({one.kind for one in told}))
    if not told:
        return
    reach = dict(reach or {})
    reach |= reach_of_all(one.to for one in told if one.to and one.to.pk not in reach)
    preferences = {pk: one.preferences for pk, one in reach.items()}
    recipients = [reach[one.to.pk].recipient if one.to else one.recipient for one in told]
    closed = closed_to([one for one in recipients if one])
    if any(_has_hours(one.kind) for one in told):
        now = now or clock.now()
    rows = [
        _row(one, preferences.get(one.to.pk) if one.to else None, batch, now)
        for one, recipient in zip(told, recipients, strict=True)
        if recipient is None
        or channels_for(
            kind_named(one.kind),
            recipient,
            preferences.get(one.to.pk) if one.to else None,
            urgent=one.urgent,
            closed=closed,
        )
    ]
    if batch:
        Notification.objects.bulk_create(rows, ignore_conflicts=True)
    else:
        _write_all(rows)


def _row(
    one: Told, preferences: Preferences | None, batch: HeldBatch | None, now: datetime | None
) -> Notification:
    key = batch.key(one.kind, one.about_id) if batch else one.key or _key(one)
    columns: dict[str, Any] = {
        "kind": one.kind, "about_id": one.about_id, "recipient": one.to, "urgent": one.urgent
    }  # fmt: skip
    if batch:
        columns["due_at"] = Now() + batch.hold
    if preferences and now and _has_hours(one.kind):
        key, columns = _at_their_hour(key, columns, preferences, now)
    return Notification(key=key, **columns)


def gone_out(keys: Iterable[str]) -> set[str]:
    """Lock the messages with these keys; return the keys that `recall` would be too late for."""
    rows = Notification.objects.filter(key__in=list(keys)).select_for_update().order_by("pk")
    found = dict(rows.values_list("pk", "key"))
    unsent = set(Notification.objects.filter(pk__in=found).unsent().values_list("pk", flat=True))
    return {key for pk, key in found.items() if pk not in unsent}


def recall(keys: Iterable[str], *, rest: int | None = None) -> bool:
    """Cancel the messages with these keys; False where one of them has gone out, or is just being sent.

    With `rest`, the id of something that they go on telling of, they wait on and are about that. Those
    that still wait are changed all the same: whoever wants all or none rolls back.
    """
    rows = Notification.objects.filter(key__in=list(keys))
    rows = rows.exclude(state=Notification.State.CANCELLED)
    kept = list(rows.values_list("pk", flat=True))
    change: dict[str, Any] = {"about_id": rest} if rest else {"state": Notification.State.CANCELLED}
    return rows.unsent().update(**change) == len(kept)


def tell_with_waiting(kind: str, about_id: int, *, key: str, others: Iterable[int]) -> bool:
    """Let a message of this kind about one of `others` that waits tell of this too; False where none does.

    Its composer has to find what it tells of. A row with the `key` notes that it is told. Until the
    transaction ends no worker takes the message, so it cannot be composed without this.
    """
    rows = Notification.objects.filter(kind=kind, about_id__in=list(others))
    first = list(rows.unsent().order_by("pk").values_list("pk", flat=True)[:1])
    if not rows.unsent().filter(pk__in=first).update(kind=kind):
        return False
    told = {"kind": kind, "about_id": about_id, "state": Notification.State.CANCELLED}
    Notification.objects.get_or_create(key=key, defaults=told)
    return True


def notify_team_chat(kind: str, about_id: int, *, key: str = "") -> None:
    """Tell the coordinators' team chat, where the group has one. Raises what `enqueue` raises."""
    enqueue(kind, about_id=about_id, recipient=Recipient(), key=key)


def _key(one: Told) -> str:
    return f"{one.kind}:{one.about_id}:{one.to.pk if one.to else '-'}"


def _held(columns: dict[str, Any]) -> Notification | None:
    """The message with these columns that waits already and is not being sent."""
    waiting = Notification.objects.filter(state=Notification.State.WAITING, lease_until=None)
    return waiting.filter(**columns).first()


def _has_hours(kind: str) -> bool:
    """Whether messages of this kind wait for the end of the quiet hours, or for a digest."""
    traits = kind_named(kind)
    return traits.group == Group.INVITATIONS and traits.is_invitation


def _at_their_hour(
    key: str, columns: dict[str, Any], preferences: Preferences, now: datetime
) -> tuple[str, dict[str, Any]]:
    """The key and columns of an invitation that waits for the end of the quiet hours, or of their digest."""
    urgent, to = columns["urgent"], columns["recipient"]
    if digest_at := None if urgent else digest_due_at(preferences, now):
        key = f"{DIGEST}:{to.pk}:{digest_at:%Y-%m-%d}"
        return key, {**columns, "kind": DIGEST, "about_id": to.pk, "due_at": digest_at}
    may_wake = urgent and preferences.urgent_at_night
    later = None if may_wake else quiet_until(preferences, now)
    return key, {**columns, "due_at": later} if later else columns


def _write(key: str, columns: dict[str, Any]) -> Notification:
    """Create the row unless it is there, and start its delivery on commit where it is due at once."""
    from mutualaid.notify.tasks import deliver  # the module of tasks imports the models of this app

    row, is_new = Notification.objects.get_or_create(key=key, defaults=columns)
    if is_new and "due_at" not in columns:
        enqueue_on_commit(deliver, row.pk)
    return row


def _write_all(rows: Sequence[Notification]) -> None:
    """Do what `_write` does for several rows."""
    from mutualaid.notify.tasks import deliver  # the module of tasks imports the models of this app

    by_key = {row.key: row for row in rows}
    at_once = {row.key for row in by_key.values() if _is_due_at_once(row)}
    # What is there already is written as it is: so its id comes back, and one more nudge does no harm.
    for pk, key in write_all(list(by_key.values()), unique=("key",), update=("key",)):
        if key in at_once:
            enqueue_on_commit(deliver, pk)


def _is_due_at_once(row: Notification) -> bool:
    due_at: object = row.due_at
    return isinstance(due_at, DatabaseDefault)
