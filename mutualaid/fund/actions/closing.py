"""What can no longer be settled ends by two people; and what ended wrongly is opened again."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from mutualaid.fund.errors import NotForYou, SeenBefore, WrongAmount
from mutualaid.fund.lifecycle import (
    counter,
    enter,
    expect,
    lock_approver,
    lock_expense,
    refuse_own,
    step,
)
from mutualaid.fund.models import Approver, Entry, Expense
from mutualaid.fund.notifications import tell_approvers
from mutualaid.fund.rules import can_be_written_off
from mutualaid.fund.states import EntryKind, ExpenseKind
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


@transaction.atomic
def start_write_off(expense: Expense, *, saw: int, came_back: int, by: User) -> None:
    """Say as the first of two that it ends without being settled, and how much came back, from 0 to all.

    Possible for money ahead that is out, and for what has not arrived; no one has to be gone for it. `saw`
    is the `spending_version` that the page showed. Who gets it can still speak, which voids it. Raises
    `StateChanged` where it is neither, `SeenBefore`, `WrongAmount`, and `NotForYou` for their own and for
    whoever is no approver.
    """
    approver = _lock(expense, saw=saw, by=by)
    if not can_be_written_off(expense):
        raise StateChanged("start_write_off")
    if not 0 <= came_back <= expense.amount:
        raise WrongAmount
    step(
        expense,
        "start_write_off",
        by=by,
        spending_version=saw + 1,
        write_off_approver=approver,
        write_off_saw=saw + 1,
        write_off_back=came_back,
        ended_at=None,
    )
    tell_approvers(expense)


@transaction.atomic
def write_off(expense: Expense, *, saw: int, on_day: date, by: User) -> None:
    """Agree as the second of two, and write down what came back on this day; the rest stays out.

    Where nothing came back, no entry is written and the day says nothing. Raises `SeenBefore`, `WrongDay`,
    `NotEnough` where the pot cannot hold so much, and `NotForYou` for their own, for whoever is no approver,
    and for the first of the two.
    """
    approver = _lock(expense, saw=saw, by=by)
    expect(expense, "write_off")
    if expense.write_off_approver_id == by.pk:
        raise NotForYou
    back = expense.write_off_back
    rest = enter(expense.pot_id, EntryKind.RETURNED, back, on_day=on_day, by=by) if back else None
    step(expense, "write_off", by=by, checked_by=approver, rest=rest, ended_at=Now())


@transaction.atomic
def reopen_expense(expense: Expense, *, saw: int, by: User) -> Entry | None:
    """Set right how it ended, or take back that it is to: what did not come back gets a counter-entry.

    Money ahead then stands as spent or as paid, and can be settled or closed anew; anything else as what did
    not arrive, for nothing else is closed. Returns the entry, or None where nothing had come back. Raises
    `SeenBefore`, `NotEnough` where the pot has promised what did not come back, and `NotForYou` for their own
    and for whoever is no approver.
    """
    _lock(expense, saw=saw, by=by)
    expect(expense, "reopen")
    entry = counter(expense.rest, by=by) if expense.rest else None
    reopen(expense, by=by)
    tell_approvers(expense)
    return entry


def reopen(expense: Expense, *, by: User | None) -> None:
    """Open again one that is locked and whose rest is set right; `by` is None for the site itself."""
    step(
        expense,
        _way_back(expense),
        by=by,
        spending_version=F("spending_version") + 1,
        checked_by=None,
        rest=None,
        ended_at=None,
    )


def _way_back(expense: Expense) -> str:
    if expense.kind != ExpenseKind.MONEY_AHEAD:
        return "reopen_not_reached"
    return "reopen_unspent" if expense.spent is None else "reopen"


def _lock(expense: Expense, *, saw: int, by: User) -> Approver:
    approver = lock_approver(by)
    lock_expense(expense)
    refuse_own(expense, by)
    if expense.spending_version != saw:
        raise SeenBefore
    return approver
