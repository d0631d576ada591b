"""Pots, approvers and expenses for tests, each by the action that makes it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from mutualaid.decisions.models import Decision, Outcome, Weight
from mutualaid.fund import actions
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.states import EntryKind, ExpenseKind
from mutualaid.people.models import Role, User
from tests.support import factories


def passed_decision() -> Decision:
    """A heavy decision that five were for."""
    now = timezone.now()
    return Decision.objects.create(
        kind="fund.approvers",
        weight=Weight.HEAVY,
        values={},
        opened_at=now - timedelta(days=11),
        ends_at=now - timedelta(days=1),
        list_size=5,
        needed=5,
        review_on=timezone.localdate() + timedelta(days=300),
        outcome=Outcome.PASSED,
        closed_at=now,
        heard=5,
        in_favour=5,
        can_live=0,
        concerns=0,
        neighbour_in_favour=0,
        neighbour_can_live=0,
        neighbour_concerns=0,
    )


def approver(name: str = "", *, user: User | None = None) -> User:
    """Someone whom a decision made an approver."""
    user = user or factories.person(name)
    actions.change_approvers(begin=[user.pk], end=[], decision=passed_decision())
    return user


def pot(
    name: str = "", *, holds: int = 100_00, currency: str = "EUR", two_from: int = 10**9
) -> Pot:
    """A pot that holds so many minor units, as an approver of its own wrote down.

    `two_from`: from this amount on two people say yes; by default one is enough.
    """
    factories.set_policy(has_pot=True)
    name = name or f"Pot {uuid4().hex[:6]}"
    coordinator = factories.person(f"Opener of {name}", Role.COORDINATOR)
    pot = actions.open_pot(name=name, currency=currency, by=coordinator)
    Pot.objects.filter(pk=pot.pk).update(two_approvers_from=two_from)
    if holds:
        writer = approver(f"Writer of {name}")
        today = timezone.localdate()
        actions.write_gift(pot, amount=holds, on_day=today, by=writer, kind=EntryKind.OPENING)
        actions.change_approvers(begin=[], end=[writer.pk], decision=passed_decision())
    pot.refresh_from_db()
    return pot


def money_back(pot: Pot, by: User, amount: int = 12_50, **values: Any) -> Expense:
    """Money back that someone asks for themselves."""
    mine: dict[str, Any] = {"kind": ExpenseKind.MONEY_BACK, "purpose": "Bread", "payee": by}
    values = mine | values
    return actions.ask_for_money(pot, amount=amount, by=by, **values)


def approve(expense: Expense, *approvers: User) -> None:
    """Each of them says yes to the version it has now."""
    for one in approvers:
        actions.approve_expense(expense, saw=expense.version, by=one)


def pay(expense: Expense, by: User) -> None:
    actions.pay_expense(expense, saw=expense.version, on_day=timezone.localdate(), by=by)


def stands(pot: Pot) -> tuple[int, int]:
    """What the pot holds and what it has promised."""
    pot.refresh_from_db()
    return pot.balance, pot.promised
