"""What moved by month, how long a pot carries, and the caps that warn."""

from datetime import date
from fractions import Fraction

import pytest
from django.utils import timezone

from mutualaid.fund import actions
from mutualaid.fund.caps import Cap, cap_warnings
from mutualaid.fund.flows import carries, last_months, months_carried, pledged
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.states import ExpenseKind
from tests.support import factories, money
from tests.support.money import approve, approver, money_back

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2025, 11, 1), date(2025, 12, 1)
IN_MARCH = date(2026, 3, 15)
AHEAD, HELP = ExpenseKind.MONEY_AHEAD, ExpenseKind.DIRECT_HELP


@pytest.fixture
def ann():
    return approver("Ann")


@pytest.fixture
def ben():
    return approver("Ben")


def paid(pot, person, amount, day, ann, ben, **values) -> Expense:
    expense = money_back(pot, person, amount, **values)
    approve(expense, ann)
    actions.pay_expense(expense, saw=1, on_day=day, by=ben)
    Expense.objects.filter(pk=expense.pk).update(
        payee_known_until=timezone.now().replace(year=9999)
    )
    return expense


def moved(pot, today) -> dict[date, tuple[int, int, int]]:
    months = last_months(pot, today)
    assert months == sorted(months, reverse=True)
    return {one.month: (one.came_in, one.went_out, one.spent) for one in months}


def test_months_say_what_came_in_and_went_out(ann, ben, sam, vera):
    pot = money.pot(holds=0)
    actions.write_gift(pot, amount=100_00, on_day=NOVEMBER, by=ann)
    paid(pot, sam, 10_00, NOVEMBER.replace(day=30), ann, ben)
    paid(pot, vera, 30_00, NOVEMBER, ann, ben)
    paid(pot, vera, 5_00, DECEMBER, ann, ben, kind=HELP)
    assert moved(pot, DECEMBER.replace(day=15)) == {
        DECEMBER: (0, 5_00, 5_00),
        NOVEMBER: (100_00, 40_00, 40_00),
        date(2025, 10, 1): (0, 0, 0),
        date(2025, 9, 1): (0, 0, 0),
    }


def test_what_was_set_right_is_taken_off(ann, sam, ben):
    pot, today = money.pot(holds=0), timezone.localdate()
    wrong = actions.write_gift(pot, amount=100_00, on_day=today, by=ann)
    actions.set_right(wrong, amount=10_00, on_day=today, by=ann)
    expense = paid(pot, sam, 5_00, today, ann, ben)
    actions.take_back_payment(expense, saw=expense.version, by=ann)
    assert moved(pot, today)[today.replace(day=1)] == (10_00, 0, 0)


@pytest.mark.parametrize(
    ("free", "spent", "months"),
    [
        (90_00, [30_00, 30_00, 30_00], 3),
        (45_00, [60_00, 0, 30_00], Fraction(3, 2)),
        (10_00, [100_00], Fraction(1, 10)),
        (0, [10_00], 0),
        (50_00, [0, 0, 0], None),
        (50_00, [-5_00, 0, 0], None),
        (50_00, [], None),
    ],
)
def test_how_long_a_pot_carries(free, spent, months):
    assert months_carried(free, spent) == months


def test_a_pot_is_measured_by_its_last_three_full_months(ann, ben, sam):
    pot = money.pot(holds=0)
    assert carries(pot, last_months(pot, IN_MARCH)) is None
    actions.write_gift(pot, amount=100_00, on_day=DECEMBER, by=ann)
    assert carries(pot, last_months(pot, IN_MARCH)) is None
    paid(pot, sam, 12_00, date(2026, 1, 5), ann, ben)
    paid(pot, sam, 18_00, date(2026, 2, 28), ann, ben)
    paid(pot, sam, 40_00, date(2026, 3, 1), ann, ben)
    pot.refresh_from_db()
    assert carries(pot, last_months(pot, IN_MARCH)) == Fraction(30_00, 10_00)


def test_what_comes_back_of_money_ahead_was_not_spent(ann, ben, sam):
    pot = money.pot(holds=0)
    actions.write_gift(pot, amount=100_00, on_day=date(2026, 2, 1), by=ann)
    expense = paid(pot, sam, 30_00, date(2026, 2, 3), ann, ben, kind=AHEAD)
    actions.say_spent(expense, spent=10_00, by=sam)
    actions.settle_expense(expense, saw=1, on_day=date(2026, 2, 9), by=ann)
    pot.refresh_from_db()
    assert carries(pot, last_months(pot, IN_MARCH)) == 9


def test_the_sum_of_pledges_is_shown_from_five_people_on():
    pot = money.pot()
    for n in range(5):
        assert pledged(pot) is None
        actions.pledge(pot, monthly=5_00, by=factories.person(f"Giver {n}"))
    assert pledged(pot) == 25_00
    actions.pledge(pot, monthly=None, by=factories.person("Who never gave"))
    assert pledged(pot) == 25_00


def test_caps_warn_and_turn_no_one_away(ann, ben, sam, vera):
    pot = money.pot()
    Pot.objects.filter(pk=pot.pk).update(month_per_household=20_00, month_in_all=40_00)
    pot.refresh_from_db()
    today = timezone.localdate()
    paid(pot, sam, 15_00, today, ann, ben)
    fits = money_back(pot, sam, 5_00)
    assert cap_warnings(fits) == []
    much = money_back(pot, sam, 5_01)
    assert cap_warnings(much) == [(Cap.HOUSEHOLD, 20_00, 20_01)]
    other = money_back(pot, vera, 10_00)
    approve(other, ann)
    assert cap_warnings(much) == [(Cap.HOUSEHOLD, 20_00, 20_01)]
    most = money_back(pot, vera, 30_00)
    assert cap_warnings(most) == [(Cap.HOUSEHOLD, 20_00, 40_00), (Cap.POT, 40_00, 55_00)]
    approve(most, ann)
    assert most.state == "approved"
