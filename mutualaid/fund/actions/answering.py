"""Did it reach you? One tap in a message, or a page."""

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.fund.errors import NotForYou
from mutualaid.fund.lifecycle import account_of, lock_expense, step
from mutualaid.fund.models import Expense
from mutualaid.fund.notifications import tell_not_reached
from mutualaid.fund.rules import may_be_answered, speaks_for
from mutualaid.fund.states import ExpenseKind
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app.models import Ask


@transaction.atomic
def say_reached(expense: Expense, *, by: User | Ask) -> None:
    """Write down that the money arrived; `by` is the ask for who comes by its private link.

    Raises `NotForYou` for whoever did not ask for it nor gets it.
    """
    _lock_for_answer(expense, by)
    ended_at = None if expense.kind == ExpenseKind.MONEY_AHEAD else Now()
    step(expense, "reach", by=account_of(by), answered_at=Now(), ended_at=ended_at)


@transaction.atomic
def say_not_reached(expense: Expense, *, by: User | Ask) -> None:
    """Write down that it did not arrive; who paid is told, and its words are kept until that is cleared up.

    Raises `NotForYou` for whoever did not ask for it nor gets it.
    """
    _lock_for_answer(expense, by)
    step(expense, "not_reach", by=account_of(by), answered_at=Now(), ended_at=None)
    tell_not_reached(expense)


def _lock_for_answer(expense: Expense, by: User | Ask) -> None:
    lock_expense(expense)
    if not speaks_for(by, expense):
        raise NotForYou
    if not may_be_answered(expense):
        raise StateChanged("answer")
