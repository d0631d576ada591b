"""Saying yes to a version of an expense, or no to all of it."""

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.forms.typed_text import visible
from mutualaid.fund.lifecycle import (
    NO_APPROVALS,
    expect,
    lock_approver,
    lock_expense,
    refuse_late,
    refuse_own,
    release,
    reserve,
    step,
)
from mutualaid.fund.models import Approver, Expense
from mutualaid.fund.notifications import AGREED, tell_approvers, tell_asker, tell_declined
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


def approve_expense(expense: Expense, *, saw: int, by: User) -> bool:
    """Say yes to the version that the page showed; return whether it is agreed now, or waits for a second.

    With the last yes its amount is promised, and it can be paid. Raises `SeenBefore` if it has another
    version now, `NotEnough` if the pot does not hold so much beside its promises (then it waits),
    `StateChanged` where they said yes before, and `NotForYou` for their own and for whoever is no approver.
    """
    refuse_late(expense, "approve", saw=saw)
    with transaction.atomic():
        approver = lock_approver(by)
        lock_expense(expense, saw=saw)
        expect(expense, "approve")
        refuse_own(expense, by)
        if expense.needs_two and expense.first_saw is None:
            yes = {"first_approver": approver, "first_saw": saw, "first_at": Now()}
            step(expense, "first_yes", by=by, **yes)
            return False
        _say_last_yes(expense, approver, saw=saw, by=by)
        return True


def _say_last_yes(expense: Expense, approver: Approver, *, saw: int, by: User) -> None:
    if expense.first_approver_id == by.pk:
        raise StateChanged("approve")
    nth = "second" if expense.needs_two else "first"
    reserve(expense)
    yes = {f"{nth}_approver": approver, f"{nth}_saw": saw, f"{nth}_at": Now()}
    step(expense, "approve", by=by, **yes)
    tell_approvers(expense)
    tell_asker(AGREED, expense)


@transaction.atomic
def decline_expense(expense: Expense, *, saw: int, words: str, by: User) -> None:
    """Say no, with a kind reason, also to what was agreed and is not paid; the one who asked is told.

    `words` are encrypted and read by those who may read what it is for. Raises `SeenBefore`, and `NotForYou`
    for their own and for whoever is no approver.
    """
    lock_approver(by)
    lock_expense(expense, saw=saw)
    refuse_own(expense, by)
    release(expense)
    expense.decline_words = visible(words).strip()
    expense.save(update_fields=["decline_words"])
    step(expense, "decline", by=by, ended_at=Now(), **NO_APPROVALS)
    tell_declined(expense)
