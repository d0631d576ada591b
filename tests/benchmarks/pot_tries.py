"""Tries on the expenses of a pot: what one does, and what must not have come of them all."""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

AMOUNT = 4_00
LARGE = 2 * AMOUNT
"""From here on two people say yes."""


class Harm(NamedTuple):
    """What must be 0: counted from the record of each step, which the races cannot change afterwards."""

    own: int
    double: int
    overdrawn: int
    old_version: int


def a_pot_for(expenses: int, covers: int, approvers: int) -> tuple[int, list[int], list[int]]:
    """Make a pot that covers so many of the expenses; return its id, theirs, and those of the approvers.

    Each third expense is one that an approver asked for, and each fourth takes two people: its amount is
    that of two, from what others leave.
    """
    from tests.support import factories, money

    factories.set_policy(has_pot=True, has_record=True)
    pot = money.pot(holds=covers * AMOUNT, two_from=LARGE)
    people = [money.approver().pk for _ in range(approvers)]
    askers = [factories.person() for _ in range(5)]
    users = type(askers[0]).objects.in_bulk(people)
    asked = [
        money.money_back(
            pot,
            users[people[n % approvers]] if n % 3 == 0 else askers[n % 5],
            LARGE if n % 4 == 0 else AMOUNT,
        ).pk
        for n in range(expenses)
    ]
    return pot.pk, asked, people


def try_on_pot(expense_id: int, person_id: int) -> str:
    """Open a page of the expense, and do what it allows at first sight, as it was then.

    Whoever is no fit person for it tries all the same, and sometimes who asked changes it in between. Returns
    "won", "late", "full" or "not theirs".
    """
    from django.utils import timezone

    from mutualaid.fund import actions
    from mutualaid.fund.errors import NotEnough, NotForYou, SeenBefore
    from mutualaid.fund.models import Expense
    from mutualaid.fund.states import ExpenseState
    from mutualaid.people.models import User

    chance = random.random()
    expense = Expense.objects.without_words().select_related("asked_by", "pot").get(pk=expense_id)
    person, saw = User.objects.get(pk=person_id), expense.version
    try:
        if chance < 0.08:
            words = {"payee_words": f"way {chance}"}
            actions.change_expense(expense, words, saw=saw, by=expense.asked_by)  # type: ignore[arg-type]
        elif expense.state == ExpenseState.APPROVED and chance < 0.85:
            actions.pay_expense(expense, saw=saw, on_day=timezone.localdate(), by=person)
        else:
            actions.approve_expense(expense, saw=saw, by=person)
    except (actions.StateChanged, SeenBefore):
        return "late"
    except NotEnough:
        return "full"
    except NotForYou:
        return "not theirs"
    return "won"


def harm_done(pot_id: int) -> Harm:
    """Read the record of every step, and the books, for what must never be."""
    from mutualaid.fund.models import Entry, Expense, Pot

    pot = Pot.objects.get(pk=pot_id)
    expenses = Expense.objects.without_words().filter(pot=pot)
    paid = [expense for expense in expenses if expense.payment_id]
    amounts = list(Entry.objects.filter(pot=pot).order_by("pk").values_list("kind", "amount"))
    balance = least = 0
    for _kind, amount in amounts:
        balance += amount
        least = min(least, balance)
    payments = sum(kind == "money_back" for kind, _amount in amounts)
    return Harm(
        own=sum(bool(_own(expense)) for expense in expenses),
        double=payments - len(paid) + sum(n > 1 for n in _paid_steps(pot_id).values()),
        overdrawn=int(least < 0 or balance != pot.balance or pot.promised > balance),
        old_version=sum(1 for _ in _paid_unseen(pot_id)),
    )


def _own(expense: Any) -> set[int]:
    deciders = {expense.first_approver_id, expense.second_approver_id, expense.payer_id}
    return (deciders - {None}) & {expense.asked_by_id, expense.payee_id}


def _steps(pot_id: int) -> Iterator[dict[str, Any]]:
    from mutualaid.record.models import RecordEntry

    rows = RecordEntry.objects.filter(kind="fund.expense").order_by("pk")
    yield from (facts for facts in rows.values_list("facts", flat=True) if facts["pot"] == pot_id)


def _paid_steps(pot_id: int) -> Counter[int]:
    return Counter(step["expense"] for step in _steps(pot_id) if step["step"] == "pay")


def _paid_unseen(pot_id: int) -> Iterator[int]:
    """Expenses paid in a version that was not agreed last, or with a change between the yes and the money."""
    agreed = dict[int, int]()
    for step in _steps(pot_id):
        if step["step"] == "approve":
            agreed[step["expense"]] = step["version"]
        elif step["step"] in ("change", "void"):
            agreed.pop(step["expense"], None)
        elif step["step"] == "pay" and agreed.get(step["expense"]) != step["version"]:
            yield step["expense"]
