"""Send what is due: take a lease, compose, send, mark. Each may fail; the row still says what is so."""

import logging
import random
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from mutualaid.notify.channels import CHANNELS
from mutualaid.notify.channels.base import DeliveryUncertain, PermanentFailure
from mutualaid.notify.channels.bounces import give_up_address, is_permanent, name_of
from mutualaid.notify.models import Notification
from mutualaid.notify.recipient import reached_fingerprint
from mutualaid.notify.registry import Message, compose, kind_named
from mutualaid.notify.routing.send_policy import Verdict, verdict

FIRST_WAIT = 10.0
"""Seconds at most between the first two attempts; doubled from attempt to attempt."""
MOST_ATTEMPTS = 13
"""About half a day of attempts, then a coordinator sees it in the admin (ADR 20)."""

State = Notification.State
OVER = (State.SENT, State.CANCELLED, State.FAILED)
log = logging.getLogger(__name__)


def deliver_one(pk: int) -> bool:
    """Send the message `pk` if it is due and free; returns whether it went out.

    Never raises for a message that cannot be sent: it waits, or is given up, and the log names the error.
    """
    row = Notification.objects.take(pk)
    if row is None:
        return False
    try:
        message = compose(row.kind, row.about_id)
        decision = verdict(row, message)
        if message is None or not decision.go:
            _defer_or_cancel(row, decision)
            return False
        state = _send(row, message)
    except PermanentFailure:
        give_up_address(row)
        _settle(row, state=State.FAILED, error=PermanentFailure.__name__)
        return False
    except DeliveryUncertain:
        _settle(row, state=State.UNCERTAIN, error=DeliveryUncertain.__name__)
        return False
    except Exception as error:  # whatever it was, the next message must not wait for this one
        _retry_later(row, error)
        return False
    _settle(row, state=state, sent_at=Now() if state == State.SENT else None)
    return True


def _send(row: Notification, message: Message) -> Notification.State:
    channel = CHANNELS[row.channel]
    address = channel.address(message.recipient)
    row.reached = reached_fingerprint(address, has_account=row.recipient_id is not None)
    if channel.never_twice:
        # A worker that stops after this line leaves behind what is true: it may or may not have gone out.
        Notification.objects.filter(pk=row.pk).update(state=State.UNCERTAIN, reached=row.reached)
        row.state = State.UNCERTAIN
    return channel.send(row, message)


def _defer_or_cancel(row: Notification, decision: Verdict) -> None:
    if decision.until:
        _settle(row, due_at=decision.until, attempts=row.attempts - 1)
    elif not (decision.channel and _move_to_channel(row, decision.channel)):
        _settle(row, state=State.CANCELLED)


def _move_to_channel(row: Notification, channel: str) -> bool:
    """Send it on another channel from now on; False where the same message is on that channel already."""
    try:
        with transaction.atomic():
            _settle(row, channel=channel, attempts=0)
    except IntegrityError:
        return False
    return True


def _settle(row: Notification, **fields: object) -> None:
    """Give the lease back and write `fields`, unless another worker has taken the row since.

    That it was sent is written all the same, for it was. What the kind wants forgotten is forgotten once
    the message is over.
    """
    same_lease = {} if fields.get("state") == State.SENT else {"attempts": row.attempts}
    current = Notification.objects.filter(pk=row.pk, state=row.state, **same_lease)
    settled = current.update(lease_until=None, reached=row.reached, **fields)
    forget = kind_named(row.kind).forget
    if settled and forget and fields.get("state") in OVER:
        forget(row.about_id)


def _retry_later(row: Notification, error: Exception) -> None:
    """Wait longer than before, or give up after the last attempt or a refusal for good."""
    given_up = row.attempts >= MOST_ATTEMPTS or is_permanent(error)
    name = name_of(error)
    log.error("message not sent", extra={"kind": row.kind, "error": name}, exc_info=True)
    _settle(
        row,
        state=State.FAILED if given_up else State.WAITING,
        due_at=Now() + _wait_after(row.attempts),
        error=name,
    )


def _wait_after(attempts: int) -> timedelta:
    """Doubled each time, and random, so that not all that failed together are tried together."""
    longest = FIRST_WAIT * 2 ** (attempts - 1)
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311  no secret
