"""Writing down that an expense was paid, or that it was not after all."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid import clock
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.lifecycle import (
    NO_APPROVALS,
    counter,
    enter,
    expect,
    lock_approver,
    lock_expense,
    refuse_late,
    refuse_own,
    step,
)
from mutualaid.fund.models import Entry, Expense
from mutualaid.fund.notifications import PAID, tell_approvers, tell_asker
from mutualaid.fund.rules import has_both_ends
from mutualaid.fund.states import EntryKind, ExpenseKind
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


def pay_expense(expense: Expense, *, saw: int, on_day: date, by: User) -> Entry:
    """Write down that the money went on this day; who gets it is asked whether it arrived.

    Raises `SeenBefore` if the version is not the one that the page showed, `WrongDay`, and `NotForYou` for
    their own, for whoever is no approver, and for who gave its only yes: two people see each payment.
    """
    refuse_late(expense, "pay", saw=saw)
    return _pay(expense, saw=saw, on_day=on_day, by=by)


@transaction.atomic
def _pay(expense: Expense, *, saw: int, on_day: date, by: User) -> Entry:
    payer = lock_approver(by)
    lock_expense(expense, saw=saw)
    expect(expense, "pay")
    refuse_own(expense, by)
    if not expense.needs_two and expense.first_approver_id == by.pk:
        raise NotForYou
    entry = enter(
        expense.pot_id,
        EntryKind(expense.kind),
        -expense.amount,
        on_day=on_day,
        by=by,
        redeems=expense.amount,
    )
    is_settled_later = expense.kind == ExpenseKind.MONEY_AHEAD
    step(
        expense,
        "pay",
        by=by,
        payer=payer,
        payment=entry,
        paid_at=Now(),
        ended_at=None if is_settled_later else Now(),
        payee_known_until=_figures_stand_at(max(on_day, clock.today())),
    )
    tell_asker(PAID, expense)
    return entry


@transaction.atomic
def take_back_payment(expense: Expense, *, saw: int, by: User) -> Entry:
    """Undo a payment that did not happen or did not arrive, by a counter-entry of today, which it returns.

    The expense waits for a yes again, in a new version; where no one knows any more who asked or who gets it,
    it ends. `saw` is the version that the page showed: one left open undoes no later payment. Raises
    `SeenBefore`, `StateChanged` once it arrived, `NotEnough` where the pot cannot hold so much, and
    `NotForYou` for their own and for whoever is no approver.
    """
    lock_approver(by)
    lock_expense(expense, saw=saw)
    refuse_own(expense, by)
    if expense.payment is None:
        raise StateChanged("unpay")
    entry = counter(expense.payment, by=by)
    can_be_paid_anew = has_both_ends(expense)
    step(
        expense,
        "unpay" if can_be_paid_anew else "unpay_and_end",
        by=by,
        version=F("version") + 1,
        payer=None,
        payment=None,
        paid_at=None,
        answered_at=None,
        ended_at=None if can_be_paid_anew else Now(),
        payee_known_until=None,
        **NO_APPROVALS,
    )
    tell_approvers(expense)
    return entry


def _figures_stand_at(day: date) -> datetime:
    """When a month is over since the month of `day` was: what was paid then is counted by whom it reached.

    So long who gets it can say whether it arrived, which is why a payment of long ago counts as one of today.
    """
    year, month = divmod(day.year * 12 + day.month + 1, 12)
    return timezone.make_aware(datetime(year, month + 1, 1))
