"""Sending what is due: take a lease, compose, send, mark. Each step may fail; the row stays true."""

import logging
import random
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from mutualaid.notify.channels import CHANNELS
from mutualaid.notify.channels.base import DeliveryUncertain, PermanentFailure
from mutualaid.notify.channels.bounces import give_up_address
from mutualaid.notify.channels.smtp_errors import is_permanent, name_of
from mutualaid.notify.models import Notification
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.notify.registry import Message, compose, kind_named
from mutualaid.notify.routing.send_policy import Verdict, verdict

FIRST_WAIT = 10.0
"""Seconds at most between the first two tries; it doubles from try to try."""
MOST_ATTEMPTS = 13
"""About half a day of tries, then a coordinator sees it in the admin."""

State = Notification.State
OVER = (State.SENT, State.CANCELLED, State.FAILED)
log = logging.getLogger(__name__)


def deliver_one(pk: int) -> bool:
    """Send the message `pk` if it is due and free; returns whether it went out."""
    row = Notification.objects.take(pk)
    if row is None:
        return False
    try:
        message = compose(row.kind, row.about_id)
        said = verdict(row, message)
        if message is None or not said.go:
            _hold(row, said)
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
        _put_off(row, error)
        return False
    _settle(row, state=state, sent_at=Now() if state == State.SENT else None)
    return True


def _send(row: Notification, message: Message) -> Notification.State:
    channel = CHANNELS[row.channel]
    row.reached = address_fingerprint(channel.address(message.recipient))
    if channel.never_twice:
        # Whoever stops after this line leaves behind what is true: it may or may not have gone out.
        Notification.objects.filter(pk=row.pk).update(state=State.UNCERTAIN, reached=row.reached)
        row.state = State.UNCERTAIN
    return channel.send(row, message)


def _hold(row: Notification, said: Verdict) -> None:
    if said.until:
        _settle(row, due_at=said.until, attempts=row.attempts - 1)
    elif not (said.way and _turn_over(row, said.way)):
        _settle(row, state=State.CANCELLED)


def _turn_over(row: Notification, way: str) -> bool:
    """Send it on another way from now on; False where the same is on that way already."""
    try:
        with transaction.atomic():
            _settle(row, channel=way, attempts=0)
    except IntegrityError:
        return False
    return True


def _settle(row: Notification, **fields: object) -> None:
    """What was sent is sent, whoever has the row by now; all else only who has it may say."""
    ours = {} if fields.get("state") == State.SENT else {"attempts": row.attempts}
    here = Notification.objects.filter(pk=row.pk, state=row.state, **ours)
    settled = here.update(lease_until=None, reached=row.reached, **fields)
    forget = kind_named(row.kind).forget
    if settled and forget and fields.get("state") in OVER:
        forget(row.about_id)


def _put_off(row: Notification, error: Exception) -> None:
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
    """Longer each time, and not the same for all who failed together."""
    longest = FIRST_WAIT * 2 ** (attempts - 1)
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311  no secret
