"""Who may do what with an expense. Actions ask under the lock; the checks of the row hold in any case."""

from django.db.models import Q

from mutualaid.fund.models import Approver, Expense
from mutualaid.fund.states import (
    EXPENSE_TRANSITIONS,
    NOT_SETTLED,
    PENDING,
    TO_SETTLE,
    ExpenseKind,
    ExpenseState,
)
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app.models import Ask

PEOPLE_NEEDED = 2
"""Different people for each payment: two who say yes, or one who says yes and another who pays."""


def has_pot() -> bool:
    """Whether the group keeps pots at all."""
    return current_policy().has_pot


def is_approver(user: User) -> bool:
    return Approver.objects.active().filter(pk=user.pk).exists()


def is_approver_now(user: User) -> bool:
    """Whether they say yes to money in a group that keeps a pot."""
    return has_pot() and is_approver(user)


def is_own(user: User, expense: Expense) -> bool:
    """Whether they asked for it or get it: then they neither say yes nor pay."""
    return user.pk in (expense.asked_by_id, expense.payee_id)


def speaks_for(whose: User | Ask, expense: Expense) -> bool:
    """Whether they may answer for it and take it back: its people, and who comes by the link of its ask."""
    if isinstance(whose, Ask):
        return Expense.objects.of(whose).filter(pk=expense.pk).exists()
    return whose.is_active and is_own(whose, expense)


def was_asked_by_link(expense: Expense) -> bool:
    """Whether no account asked for it, but whoever came by the private link of an ask."""
    return expense.ask_id is not None and expense.asked_by_id is None


def is_for_own_need(user: User, expense: Expense) -> bool:
    """Whether what it pays for is something that they asked for: then they do not decide either."""
    return any(ask.is_of(user) for ask in _asks_of(expense))


def has_both_ends(expense: Expense) -> bool:
    """Whether it is known who asked, and who gets it or that they have no account: else it is not paid."""
    if expense.ask_id is not None:
        return True
    is_payee_known = expense.payee_id is not None or expense.kind == ExpenseKind.DIRECT_HELP
    return expense.asked_by_id is not None and is_payee_known


def can_see_words(user: User, expense: Expense) -> bool:
    """Whether they may read what it is for and who gets it: its own people, and approvers."""
    return user.is_active and (is_own(user, expense) or is_approver(user))


def waits_for(expense: Expense, pk: int) -> bool:
    """Whether its next step waits for an approver with this id: a yes, paying, settling, or closing it.

    Not for its own people, not for a second yes of the same person, and where one yes is enough, not for who
    gave it to pay as well.
    """
    if pk in (expense.asked_by_id, expense.payee_id):
        return False
    if is_left_to_approvers(expense):
        return True
    gave_first = expense.first_approver_id == pk
    return {
        ExpenseState.ASKED: not gave_first,
        ExpenseState.APPROVED: expense.needs_two or not gave_first,
        ExpenseState.SPENT: True,
        ExpenseState.CLOSING: expense.write_off_approver_id != pk,
    }.get(ExpenseState(expense.state), False)


def is_left_to_approvers(expense: Expense) -> bool:
    """Whether money is out and no one is left who could say what became of it."""
    if expense.asked_by_id or expense.payee_id or expense.ask_id:
        return False
    is_ahead = expense.kind == ExpenseKind.MONEY_AHEAD and expense.state in NOT_SETTLED
    return is_ahead or expense.state == ExpenseState.NOT_REACHED


def answerer(expense: Expense) -> User | None:
    """Who is asked whether it arrived: who gets it or, where they have no account, who asked for them."""
    return expense.payee or expense.asked_by


def can_approve(user: User, expense: Expense) -> bool:
    """Whether a yes of theirs is waited for."""
    return expense.state == ExpenseState.ASKED and _can_step(user, expense)


def can_pay(user: User, expense: Expense) -> bool:
    """Whether they may pay it out."""
    return expense.state == ExpenseState.APPROVED and _can_step(user, expense)


def can_settle(user: User, expense: Expense) -> bool:
    """Whether they may agree with what was spent of money ahead."""
    return expense.state == ExpenseState.SPENT and _can_step(user, expense)


def can_start_write_off(user: User, expense: Expense) -> bool:
    """Whether they may say that it ends without being settled, as the first of two."""
    return can_be_written_off(expense) and _decides(user, expense)


def can_write_off(user: User, expense: Expense) -> bool:
    """Whether they may agree that it ends, as the second of two."""
    return expense.state == ExpenseState.CLOSING and _can_step(user, expense)


def can_reopen(user: User, expense: Expense) -> bool:
    """Whether they may set right how it ended."""
    return expense.state in EXPENSE_TRANSITIONS["reopen"].sources and _decides(user, expense)


def can_be_written_off(expense: Expense) -> bool:
    """Whether it can end without being settled: money ahead that is out, and what has not arrived."""
    is_ahead = expense.kind == ExpenseKind.MONEY_AHEAD
    states = (
        EXPENSE_TRANSITIONS["start_write_off"].sources if is_ahead else (ExpenseState.NOT_REACHED,)
    )
    return expense.state in states


def _can_step(user: User, expense: Expense) -> bool:
    return waits_for(expense, user.pk) and _decides(user, expense)


def _decides(user: User, expense: Expense) -> bool:
    is_theirs = is_own(user, expense) or is_for_own_need(user, expense)
    return is_approver(user) and not is_theirs


def can_decline(user: User, expense: Expense) -> bool:
    """Whether they may say no to it."""
    return expense.state in PENDING and _decides(user, expense)


def can_take_back_payment(user: User, expense: Expense) -> bool:
    """Whether they may write down that it was not paid after all."""
    states = EXPENSE_TRANSITIONS["unpay"].sources
    return expense.state in states and _decides(user, expense)


def can_change(user: User, expense: Expense) -> bool:
    """Whether they may change amount, payee and papers: who asked for it, until it is paid."""
    return user.is_active and user.pk == expense.asked_by_id and expense.state in PENDING


def can_withdraw(whose: User | Ask, expense: Expense) -> bool:
    return expense.state in PENDING and speaks_for(whose, expense)


def can_answer(whose: User | Ask, expense: Expense) -> bool:
    """Whether they are asked if it arrived: who gets it, or who asked where that is someone else."""
    return may_be_answered(expense) and speaks_for(whose, expense)


def may_be_answered(expense: Expense) -> bool:
    """Whether it can be said that it arrived or did not: not once it was said what was spent of it."""
    states = (*NOT_SETTLED, ExpenseState.NOT_REACHED, ExpenseState.CLOSING)
    return expense.state in states and expense.spent is None


def can_say_spent(user: User, expense: Expense) -> bool:
    """Whether they may say what was spent of money ahead: no approver, who then could settle it alone."""
    return (
        expense.kind == ExpenseKind.MONEY_AHEAD
        and expense.state in TO_SETTLE
        and user.is_active
        and is_own(user, expense)
    )


def approvers_missing(expense: Expense) -> int:
    """How many more approvers there would have to be, beside its own people, for it to be paid."""
    return max(0, PEOPLE_NEEDED - len(_others(expense)))


def waits_for_no_one(expense: Expense) -> bool:
    """Whether there is no approver who could do its next step."""
    return not any(waits_for(expense, one.pk) for one in _others(expense))


def _others(expense: Expense) -> list[Approver]:
    """The approvers beside its own people."""
    own = [pk for pk in (expense.asked_by_id, expense.payee_id) if pk]
    others = Approver.objects.active().exclude(pk__in=own).select_related("user")
    asks = _asks_of(expense)
    return [one for one in others if not any(ask.is_of(one.user) for ask in asks)]


def _asks_of(expense: Expense) -> list[Ask]:
    """The ask of its neighbour and that of its task, with all of the same household."""
    named = Q()
    if expense.ask_id:
        named |= Q(pk=expense.ask_id)
    if expense.claim_id:
        named |= Q(needs__claims=expense.claim_id)
    return list(Ask.objects.filter(named).households()) if named else []
