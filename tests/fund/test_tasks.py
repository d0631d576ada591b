"""Money about a task: who may name it, and what is kept of whose it was."""

import pytest

from mutualaid.fund.caps import Cap, cap_warnings
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.states import ExpenseKind
from tests.support import money
from tests.support.money import approve, approver, money_back, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return approver("Ann")


def test_a_household_without_an_account_is_known_by_its_ask(here, ann):
    pot = money.pot()
    Pot.objects.filter(pk=pot.pk).update(month_per_household=20_00)
    pot.refresh_from_db()
    values = {"payee": None, "kind": ExpenseKind.DIRECT_HELP, "claim": here.claim}
    first = money_back(pot, here.claim.volunteer, 15_00, **values)
    approve(first, ann)
    pay(first, approver("Ben"))
    again = money_back(pot, here.claim.volunteer, 6_00, **values)
    assert cap_warnings(again) == [(Cap.HOUSEHOLD, 20_00, 21_00)]
    unknown = money_back(pot, here.claim.volunteer, 6_00, **values | {"claim": None})
    assert cap_warnings(unknown) == []


def test_only_the_volunteer_or_a_coordinator_names_a_task(here):
    pot = money.pot()
    mallory = money.factories.person("Mallory the second")
    with pytest.raises(NotForYou):
        money_back(pot, mallory, claim=here.claim)
    assert money_back(pot, here.claim.volunteer, claim=here.claim).claim == here.claim


def test_no_row_tells_which_account_asked_for_what(here):
    pot, volunteer = money.pot(), here.claim.volunteer
    rosa = money.factories.person("Rosa the second")
    expense = money_back(pot, volunteer, kind=ExpenseKind.DIRECT_HELP, payee=rosa, claim=here.claim)
    assert (expense.payee, expense.claim) == (rosa, None)


def test_an_expense_outlives_the_task_it_is_about(here, ann):
    expense = money_back(money.pot(), here.claim.volunteer, claim=here.claim)
    type(here.claim).objects.filter(pk=here.claim.pk).delete()
    approve(expense, ann)
    assert Expense.objects.get(pk=expense.pk).claim is None
