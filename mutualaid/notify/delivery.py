"""Send what is due: take a lease, compose, try one way after the other until one takes it, mark.

Each step may fail, and a worker may be killed after any; the rows still say what is so.
"""

import logging
import random
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now

from mutualaid.faults.episodes import Episode
from mutualaid.notify.channels import CHANNELS
from mutualaid.notify.channels.base import DeliveryUncertain, PermanentFailure
from mutualaid.notify.channels.bounces import is_out_of_reach, is_permanent, name_of
from mutualaid.notify.channels.call import Call
from mutualaid.notify.models import Attempt, Notification
from mutualaid.notify.registry import Message, compose, kind_named
from mutualaid.notify.routing.send_policy import verdict, way_opens_at

FIRST_WAIT = 10.0
"""Seconds at most between the first two tries; doubled from try to try."""
MOST_TRIES = 13
"""Of one way, about half a day; then the next way is taken, at last a coordinator (ADR 20)."""

State = Notification.State
OVER = (State.SENT, State.CANCELLED, State.FAILED)
TO_TRY = (Attempt.State.TRYING, Attempt.State.STOPPED)
log = logging.getLogger(__name__)
OUT_OF_REACH = {name: Episode(name) for name in CHANNELS}
"""By channel: the times while its server does not answer."""


def deliver_one(pk: int) -> bool:
    """Send the message `pk` if it is due and free; returns whether one way took it.

    Never raises for a message that cannot be sent: it waits, or is given up, and the log names the error.
    """
    row = Notification.objects.take(pk)
    if row is None:
        return False
    try:
        message = compose(row.kind, row.about_id)
        decision = verdict(row, message)
        if message is None or decision.never:
            _settle(row, state=State.CANCELLED)
        elif decision.until:
            _settle(row, due_at=decision.until, tries=row.tries - 1)
        else:
            return _try_ways(row, message, decision.channels)
    except Exception as error:  # whatever it was, the next message must not wait for this one
        _log(row, error)
        given_up = row.tries >= MOST_TRIES
        state = State.FAILED if given_up else State.WAITING
        _settle(row, state=state, due_at=Now() + _wait_after(row.tries), error=name_of(error))
    return False


def _try_ways(row: Notification, message: Message, channels: list[str]) -> bool:
    """Try each place of the first channel, and go on to the next where all of them failed for good."""
    for name in channels:
        if opens_at := way_opens_at(row, message, name):
            if kind_named(row.kind).by_phone and Call.name in channels:
                continue
            _settle(row, due_at=opens_at)
            return False
        attempts = list(_attempts_on(row, message, name))
        waits = [_try(attempt, message) for attempt in attempts if attempt.state in TO_TRY]
        if any(attempt.state == Attempt.State.SENT for attempt in attempts):
            if not _settle(row, state=State.SENT, sent_at=Now(), error=""):
                _settle(row, due_at=Now())  # it came back already
            return True
        if any(attempt.state == Attempt.State.TRYING for attempt in attempts):
            _wait(row, attempts, at_least=max(waits))
            return name == Call.name
    _settle(row, **_without_a_way(row))
    return False


def _attempts_on(row: Notification, message: Message, name: str) -> Iterator[Attempt]:
    """One for each place that the channel reaches now, made where it is new."""
    for place in CHANNELS[name].places(row, message.recipient):
        attempt, _ = Attempt.objects.get_or_create(notification=row, channel=name, reached=place)
        attempt.notification = row
        yield attempt


def _try(attempt: Attempt, message: Message) -> timedelta:
    """Try it once; returns how long the other side wants to be left alone at least."""
    channel = CHANNELS[attempt.channel]
    attempt.tries += 1
    # Where people would not recognise a copy, a worker that stops after this line leaves behind what is
    # true: it may or may not have gone out.
    _mark(attempt, Attempt.State.UNCERTAIN if channel.never_twice else Attempt.State.TRYING)
    retry_after = 0
    try:
        state, error = channel.send(attempt, message), ""
        OUT_OF_REACH[channel.name].works()
    except PermanentFailure:
        channel.give_up(attempt)
        state, error = Attempt.State.FAILED, PermanentFailure.__name__
    except DeliveryUncertain:
        state, error = Attempt.State.UNCERTAIN, DeliveryUncertain.__name__
    except Exception as fault:
        if is_out_of_reach(fault):
            OUT_OF_REACH[channel.name].fails(error=name_of(fault))
        else:
            _log(attempt.notification, fault)
        retry_after = getattr(fault, "retry_after", 0)
        is_over = attempt.tries >= MOST_TRIES or is_permanent(fault)
        state, error = Attempt.State.FAILED if is_over else Attempt.State.TRYING, name_of(fault)
    _mark(attempt, state, error)
    return timedelta(seconds=retry_after)


def _mark(attempt: Attempt, state: Attempt.State, error: str = "") -> None:
    """Write how it stands, unless it was sent or came back meanwhile: that stands, whatever a worker says."""
    attempt.state, attempt.error = state, error
    settled = (Attempt.State.SENT, Attempt.State.FAILED)
    written = (
        Attempt.objects.filter(pk=attempt.pk)
        .exclude(state__in=settled)
        .update(
            state=state,
            error=error,
            tries=attempt.tries,
            sent_at=Now() if state == Attempt.State.SENT else F("sent_at"),
            failed_at=Now() if state == Attempt.State.FAILED else None,
        )
    )
    if not written:
        attempt.refresh_from_db(fields=["state"])


def _wait(row: Notification, attempts: list[Attempt], *, at_least: timedelta) -> None:
    """Until a coordinator rings, or until the way is tried again: longer than before."""
    if attempts[0].channel == Call.name:
        _settle(row, state=State.TO_CALL, error="")
        return
    trying = [attempt for attempt in attempts if attempt.state == Attempt.State.TRYING]
    most = max(attempt.tries for attempt in trying)
    later = max(at_least, _wait_after(most))
    _settle(row, due_at=Now() + later, error=trying[0].error)


def _without_a_way(row: Notification) -> dict[str, object]:
    """How a message ends that no way has taken: a coordinator sees it, unless there never was a way."""
    attempts = list(row.attempts.order_by("pk"))
    if any(attempt.state == Attempt.State.UNCERTAIN for attempt in attempts):
        return {"state": State.UNCERTAIN, "error": DeliveryUncertain.__name__}
    failed = [attempt.error for attempt in attempts if attempt.state == Attempt.State.FAILED]
    return {"state": State.FAILED, "error": failed[-1]} if failed else {"state": State.CANCELLED}


def _settle(row: Notification, **fields: object) -> bool:
    """Give the lease back and write `fields`, unless another worker has taken the row since.

    That it was sent is written all the same, as long as one way still says so: a report may have come
    meanwhile. The ways that were not needed are stopped. What the kind wants forgotten is forgotten once the
    message is over. Returns whether it was written.
    """
    current = Notification.objects.filter(pk=row.pk, state=row.state)
    if fields.get("state") == State.SENT:
        sent = Attempt.objects.filter(notification=OuterRef("pk"), state=Attempt.State.SENT)
        current = current.filter(Exists(sent))
    else:
        current = current.filter(tries=row.tries)
    is_written = bool(current.update(lease_until=None, **fields))
    if is_written and fields.get("state") in OVER:
        row.attempts.filter(state=Attempt.State.TRYING).update(state=Attempt.State.STOPPED)
        if forget := kind_named(row.kind).forget:
            forget(row.about_id)
    return is_written


def _log(row: Notification, error: Exception) -> None:
    log.error("message not sent", extra={"kind": row.kind, "error": name_of(error)}, exc_info=True)


def _wait_after(tries: int) -> timedelta:
    """Doubled each time, and random, so that not all that failed together are tried together."""
    longest = FIRST_WAIT * 2 ** (tries - 1)
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311  no secret
