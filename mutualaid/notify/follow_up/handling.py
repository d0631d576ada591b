"""What coordinators do about messages that the site cannot deliver by itself."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from mutualaid.admin.history import write_history
from mutualaid.notify.models import Attempt, CallTask, Notification, Suppression
from mutualaid.notify.outcomes import CallOutcome
from mutualaid.notify.signals import call_made
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


@transaction.atomic
def send_again(chosen: QuerySet[Notification], *, by: User) -> int:
    """Let the stuck ones of these messages wait to be sent once more; returns how many were stuck.

    An address at which nothing arrived is open again: whoever tries again has a reason to.
    """
    return _each(chosen, "sent again", _try_again, by)


@transaction.atomic
def mark_told(chosen: QuerySet[Notification], *, by: User) -> int:
    """Mark the stuck ones of these messages as sent, since the people know; returns how many were stuck."""
    rows = Notification.objects
    return _each(chosen, "told", lambda pk: rows.filter(pk=pk).settle_by_hand(), by)


@transaction.atomic
def take_call(call: CallTask, *, by: User) -> None:
    """Take a call for `CALL_MINUTES`, or for as long again where `by` has it already.

    Raises `StateChanged` where someone else has it, or it need not be made any more.
    """
    if CallTask.calls.filter(pk=call.pk).free_for(by).take(by) != 1:
        raise StateChanged("take")
    write_history(call, by=by, words="taken")


@transaction.atomic
def end_calls(
    chosen: QuerySet[CallTask],
    *,
    outcome: CallOutcome,
    by: User,
    next_try: datetime | None = None,
) -> int:
    """Settle calls as what came of them says; returns how many. Not those that someone else has taken.

    `next_try` is when to call again, where the outcome is one after which one does (`outcomes.next_try`).
    """
    done = 0
    for call in chosen.order_by("pk"):
        if CallTask.calls.free_for(by).filter(pk=call.pk).end(outcome, next_try) == 1:
            _log_call(call, outcome, next_try, by)
            done += 1
    return done


def _try_again(pk: int) -> int:
    """Let a stuck message wait once more, and try all its ways anew; returns how many, 0 or 1.

    What is just being sent is left alone.
    """
    waits = (
        Notification.objects.filter(pk=pk)
        .stuck()
        .update(state=Notification.State.WAITING, due_at=Now(), lease_until=None, tries=0, error="")
    )
    if waits:
        again = {"state": Attempt.State.TRYING, "tries": 0, "error": "", "failed_at": None}
        unheard = Attempt.objects.filter(notification=pk).exclude(state=Attempt.State.SENT)
        for attempt in unheard:
            Suppression.reopen(attempt.channel, attempt.reached)
        unheard.update(**again)
    return waits


def _log_call(call: CallTask, outcome: CallOutcome, next_try: datetime | None, by: User) -> None:
    """Let the rooms above log it where it belongs; what it was about may be gone since."""
    answers = call_made.send(sender=CallTask, call=call, outcome=outcome, next_try=next_try, by=by)
    if not any(is_logged for _receiver, is_logged in answers):
        write_history(call, by=by, words=outcome.replace("_", " "))


def _each(
    chosen: QuerySet[Notification],
    history: str,
    update: Callable[[int], int],
    by: User,
) -> int:
    """Update each row by its id and write `history` of those it changed; returns how many."""
    done = 0
    for row in chosen.order_by("pk"):
        if update(row.pk):
            write_history(row, by=by, words=history)
            done += 1
    return done
