"""What coordinators do about messages that the site cannot deliver by itself."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from mutualaid.admin.history import write_history
from mutualaid.notify.models import CallTask, Notification
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


@transaction.atomic
def send_again(chosen: QuerySet[Notification], *, by: User) -> int:
    """Let the stuck ones of these messages wait to be sent once more; returns how many were stuck."""
    return _each(
        chosen, "sent again", lambda pk: Notification.objects.filter(pk=pk).try_again(), by
    )


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
def tick_off_calls(chosen: QuerySet[CallTask], *, by: User) -> int:
    """Mark calls as made; returns how many. Not those that someone else has taken."""
    calls = CallTask.calls.free_for(by)
    return _each(chosen, "told", lambda pk: calls.filter(pk=pk).told(), by)


@transaction.atomic
def note_no_answer(chosen: QuerySet[CallTask], *, by: User) -> int:
    """Put calls that no one answered later on the list; returns how many. Not those of someone else."""
    calls = CallTask.calls.free_for(by)
    return _each(chosen, "no answer", lambda pk: calls.filter(pk=pk).no_answer(), by)


def _each(
    chosen: "QuerySet[Notification] | QuerySet[CallTask]",
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
