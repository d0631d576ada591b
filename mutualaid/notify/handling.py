"""What coordinators do about messages that the site cannot bring to people by itself."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from mutualaid.admin.history import write_history
from mutualaid.notify.models import CallTask, Notification
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


@transaction.atomic
def send_again(chosen: QuerySet[Notification], *, by: User) -> int:
    """Let messages that are stuck wait to be sent once more; returns how many were."""
    return _each(
        chosen, "sent again", lambda pk: Notification.objects.filter(pk=pk).try_again(), by
    )


@transaction.atomic
def mark_told(chosen: QuerySet[Notification], *, by: User) -> int:
    """The people know: take messages that are stuck as sent; returns how many were."""
    rows = Notification.objects
    return _each(chosen, "told", lambda pk: rows.filter(pk=pk).settle_by_hand(), by)


@transaction.atomic
def take_call(call: CallTask, *, by: User) -> None:
    """Have a call to oneself for `CALL_MINUTES`; who has it already has it for as long again.

    Raises `StateChanged` where somebody else has it, or it need not be made any more.
    """
    if CallTask.calls.filter(pk=call.pk).free_for(by).take(by) != 1:
        raise StateChanged("take")
    write_history(call, by=by, words="taken")


@transaction.atomic
def tick_off_calls(chosen: QuerySet[CallTask], *, by: User) -> int:
    """The people know now; returns how many calls were ticked off. Not those that somebody else has."""
    calls = CallTask.calls.free_for(by)
    return _each(chosen, "told", lambda pk: calls.filter(pk=pk).told(), by)


@transaction.atomic
def note_no_answer(chosen: QuerySet[CallTask], *, by: User) -> int:
    """Nobody picked up: to be rung later; returns how many. Not those that somebody else has."""
    calls = CallTask.calls.free_for(by)
    return _each(chosen, "no answer", lambda pk: calls.filter(pk=pk).no_answer(), by)


def _each(
    chosen: "QuerySet[Notification] | QuerySet[CallTask]",
    words: str,
    update: Callable[[int], int],
    by: User,
) -> int:
    done = 0
    for row in chosen.order_by("pk"):
        if update(row.pk):
            write_history(row, by=by, words=words)
            done += 1
    return done
