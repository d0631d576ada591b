"""Money ahead: what was spent of it, and what comes back."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from mutualaid.fund.errors import NotForYou, SeenBefore, WrongAmount
from mutualaid.fund.lifecycle import enter, expect, lock_approver, lock_expense, refuse_own, step
from mutualaid.fund.models import Expense
from mutualaid.fund.notifications import tell_approvers
from mutualaid.fund.rules import can_say_spent
from mutualaid.fund.states import EntryKind
from mutualaid.people.models import User


@transaction.atomic
def say_spent(expense: Expense, *, spent: int, by: User) -> None:
    """Say how much of money ahead was spent, from 0 to all of it; said again, the latest counts.

    Whoever spent more asks for the rest as money back. Raises `WrongAmount`, and `NotForYou` for whoever did
    not ask for it nor gets it: an approver could say it and settle it alone.
    """
    lock_expense(expense)
    if not can_say_spent(by, expense):
        raise NotForYou
    if not 0 <= spent <= expense.amount:
        raise WrongAmount
    version = F("spending_version") + 1
    step(expense, "spend", by=by, spent=spent, spending_version=version)
    tell_approvers(expense)


@transaction.atomic
def settle_expense(expense: Expense, *, saw: int, on_day: date, by: User) -> None:
    """Agree with what was spent, and write down that the rest came back on this day.

    Where nothing is left, no entry is written and the day says nothing. `saw` is the `spending_version` that
    the page showed. Raises `SeenBefore` if it is another now, `WrongDay`, `NotEnough` where the pot cannot
    hold so much, and `NotForYou` for their own and for whoever is no approver.
    """
    approver = lock_approver(by)
    lock_expense(expense)
    refuse_own(expense, by)
    expect(expense, "settle")
    if expense.spending_version != saw:
        raise SeenBefore
    left = expense.amount - (expense.spent or 0)
    rest = enter(expense.pot_id, EntryKind.RETURNED, left, on_day=on_day, by=by) if left else None
    step(expense, "settle", by=by, checked_by=approver, rest=rest, ended_at=Now())
