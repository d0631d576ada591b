"""What coordinators do about messages that the site cannot deliver by itself."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from mutualaid.admin.history import write_history
from mutualaid.notify.models import CallTask, Notification, Suppression
from mutualaid.notify.outcomes import CallOutcome
from mutualaid.notify.signals import call_made
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


@transaction.atomic
def send_again(chosen: QuerySet[Notification], *, by: User) -> int:
    """Let the stuck ones of these messages wait to be sent once more; returns how many were stuck.

    An address at which nothing arrived is open again: whoever tries again has a reason to.
    """

    def update(row: Notification) -> int:
        Suppression.reopen(row.channel, row.reached)
        return Notification.objects.filter(pk=row.pk).try_again()

    return _each(chosen, "sent again", update, by)


@transaction.atomic
def mark_told(chosen: QuerySet[Notification], *, by: User) -> int:
    """Mark the stuck ones of these messages as sent, since the people know; returns how many were stuck."""
    rows = Notification.objects
    return _each(chosen, "told", lambda row: rows.filter(pk=row.pk).settle_by_hand(), by)


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


def _log_call(call: CallTask, outcome: CallOutcome, next_try: datetime | None, by: User) -> None:
    """Let the rooms above log it where it belongs; what it was about may be gone since."""
    answers = call_made.send(sender=CallTask, call=call, outcome=outcome, next_try=next_try, by=by)
    if not any(is_logged for _receiver, is_logged in answers):
        write_history(call, by=by, words=outcome.replace("_", " "))


def _each(
    chosen: QuerySet[Notification],
    history: str,
    update: Callable[[Notification], int],
    by: User,
) -> int:
    """Update each row by its id and write `history` of those it changed; returns how many."""
    done = 0
    for row in chosen.order_by("pk"):
        if update(row):
            write_history(row, by=by, words=history)
            done += 1
    return done
