"""Caps count and warn. No one is turned away by them: people decide."""

from typing import NamedTuple

from django.db.models import Q, Sum, TextChoices

from mutualaid import clock
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.models.expense import ExpenseQuerySet
from mutualaid.fund.states import ExpenseState
from requests_app.models import Ask


class Caps(NamedTuple):
    """What a decision says of a pot, in minor units; None is no cap."""

    two_approvers_from: int
    month_per_household: int | None
    month_in_all: int | None

    @classmethod
    def of(cls, pot: Pot) -> "Caps":
        return cls(pot.two_approvers_from, pot.month_per_household, pot.month_in_all)


class Cap(TextChoices):
    HOUSEHOLD = "household"
    POT = "pot"


class CapWarning(NamedTuple):
    """With this expense, `total` would go out in a month of which the group said `most`, in minor units."""

    cap: Cap
    most: int
    total: int


def cap_warnings(expense: Expense) -> list[CapWarning]:
    """Return which caps of its pot an expense is over.

    Beside it counts what is promised and what was paid this month: to the same account, or for the
    same ask or one put together with it; of a neighbour who has neither, no one knows what else they got.
    """
    pot = expense.pot
    others = _this_month(expense)
    totals = {
        Cap.HOUSEHOLD: (pot.month_per_household, _same_household(others, expense)),
        Cap.POT: (pot.month_in_all, others),
    }
    return [
        CapWarning(cap, most, total)
        for cap, (most, rows) in totals.items()
        if most is not None and (total := _sum(rows) + expense.amount) > most
    ]


def _household_of(expense: Expense) -> tuple[str, int]:
    """Who gets the money, as far as the row tells: an account, whoever sent the ask, or no one known."""
    if expense.payee_id:
        return "account", expense.payee_id
    if expense.ask_id:
        return "ask", expense.ask_id
    return "expense", expense.pk


def _this_month(expense: Expense) -> ExpenseQuerySet:
    start = clock.today().replace(day=1)
    counted = Q(state=ExpenseState.APPROVED) | Q(payment__on_day__gte=start)
    return Expense.objects.filter(counted, pot=expense.pot_id).exclude(pk=expense.pk)


def _same_household(rows: ExpenseQuerySet, expense: Expense) -> ExpenseQuerySet:
    kind, pk = _household_of(expense)
    if kind == "account":
        return rows.filter(payee=pk)
    household = Ask.objects.filter(pk=pk).households()
    return rows.filter(ask__in=household) if kind == "ask" else rows.none()


def _sum(rows: ExpenseQuerySet) -> int:
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0
