"""Who may approve and pay: who is ready to, what a decision says, and what ends with an account."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from mutualaid.decisions.models import Decision
from mutualaid.fund.actions.closing import reopen
from mutualaid.fund.actions.expenses import void_approvals, withdraw
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.models import Approver, Candidacy, Expense, Pledge
from mutualaid.fund.record import note_approver
from mutualaid.fund.rules import is_own
from mutualaid.fund.states import PENDING, ExpenseState
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


@transaction.atomic
def say_ready(*, ready: bool, by: User) -> None:
    """Say that they would look after the pot if the group decides so, or that they no longer would.

    Only who is ready can be proposed. It makes no one an approver, and who is one stays it until a decision
    or the end of their account. Raises `NotForYou` for whoever is not active.
    """
    if not by.is_active:
        raise NotForYou
    if ready:
        Candidacy.objects.get_or_create(user=by)
    else:
        Candidacy.objects.filter(user=by).delete()


@transaction.atomic
def change_approvers(*, begin: Collection[int], end: Collection[int], decision: Decision) -> None:
    """Let the accounts with these ids approve and pay from now on, or no longer, as a decision says.

    Only the effect "fund.approvers" calls it. What those who end said yes to and is not paid waits for a yes
    again. Raises `StateChanged` where someone who would begin is an approver already, or who would end is
    none.
    """
    active = lock_active()
    if active & set(begin) or set(end) - active:
        raise StateChanged("approvers")
    Approver.objects.filter(pk__in=end).update(ended_at=Now())
    for expense in _lock_pending(_approved_by(end)):
        void_approvals(expense, by=None)
    _take_along_closing(end, by=None)
    for pk in sorted(begin):
        values = {"decision": decision, "since": Now(), "ended_at": None}
        Approver.objects.update_or_create(pk=pk, defaults=values)
        note_approver(pk, began=True, decision=decision.pk)
    for pk in sorted(end):
        note_approver(pk, began=False, decision=decision.pk)


@transaction.atomic
def end_money_of(user: User, *, by: User | None) -> None:
    """End what someone had to do with money, as they leave or are switched off.

    They are no approver any more; what they said yes to and is not paid waits for a yes again; what they
    asked for or were to get, and is not paid, is taken back; their pledges go. Idempotent. `by` is None for
    the site itself.
    """
    if user.pk in lock_active():
        Approver.objects.filter(pk=user.pk).update(ended_at=Now())
        note_approver(user.pk, began=False, decision=None)
    own = Q(asked_by=user) | Q(payee=user)
    for expense in _lock_pending(own | _approved_by([user.pk])):
        if is_own(user, expense):
            withdraw(expense, by=by)
        else:
            void_approvals(expense, by=by)
    _take_along_closing([user.pk], by=by)
    Pledge.objects.filter(user=user).delete()
    Candidacy.objects.filter(user=user).delete()


@transaction.atomic
def end_money_for(asks: Collection[int]) -> None:
    """Take back what is asked for neighbours without an account whose asks are erased, and is not paid."""
    for expense in _lock_pending(Q(ask__in=asks)):
        withdraw(expense, by=None)


def lock_active() -> set[int]:
    """Lock the rows of who is an approver now, in one order, and return their ids."""
    rows = Approver.objects.filter(ended_at=None).order_by("pk").select_for_update(no_key=True)
    return set(rows.values_list("pk", flat=True))


def _take_along_closing(pks: Collection[int], *, by: User | None) -> None:
    """Open again what these would close as the first of two: their word is for no one else to go by."""
    rows = Expense.objects.filter(state=ExpenseState.CLOSING, write_off_approver__in=pks)
    rows = rows.without_words().order_by("pk")
    for expense in rows.select_for_update(of=("self",), no_key=True):
        reopen(expense, by=by)


def _approved_by(pks: Collection[int]) -> Q:
    return Q(first_approver__in=pks) | Q(second_approver__in=pks)


def _lock_pending(which: Q) -> list[Expense]:
    """Lock those of the expenses that are not paid: all of them before the first pot is touched."""
    rows = Expense.objects.filter(which, state__in=PENDING).without_words().order_by("pk")
    locked = rows.select_for_update(of=("self",), no_key=True)
    return sorted(locked, key=lambda expense: expense.pot_id)
