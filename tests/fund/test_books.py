"""Opening pots and writing in their books."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mutualaid.fund import actions
from mutualaid.fund.errors import NotForYou, WrongAmount
from mutualaid.fund.models import Entry, Expense, Pot
from mutualaid.fund.states import EntryKind
from mutualaid.transitions import StateChanged
from tests.support import money
from tests.support.money import approver, money_back, stands

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def ann():
    return approver("Ann")


def test_a_coordinator_opens_a_pot_in_which_each_expense_takes_two(carla, sam):
    pot = actions.open_pot(name="Our  kitchen", currency="JPY", by=carla)
    assert (pot.name, pot.decimals, pot.two_approvers_from) == ("Our kitchen", 0, 0)
    assert money_back(pot, sam, 1).needs_two
    with pytest.raises(NotForYou):
        actions.open_pot(name="Mine", currency="EUR", by=sam)


@pytest.mark.parametrize(("name", "currency"), [("", "EUR"), ("KITCHEN", "EUR"), ("New", "ABC")])
def test_a_pot_has_a_name_of_its_own_and_a_currency(carla, name, currency):
    actions.open_pot(name="Kitchen", currency="EUR", by=carla)
    with pytest.raises(ValidationError):
        actions.open_pot(name=name, currency=currency, by=carla)


def test_only_a_pot_without_any_entry_or_expense_is_removed(carla, sam, ann):
    used, asked, empty = (money.pot(holds=0) for _ in range(3))
    actions.write_gift(used, amount=1, on_day=TODAY(), by=ann)
    money_back(asked, sam)
    actions.pledge(empty, monthly=5, by=sam)
    for pot in (used, asked):
        with pytest.raises(StateChanged):
            actions.remove_pot(pot, by=carla)
    actions.remove_pot(empty, by=carla)
    assert set(Pot.objects.all()) == {used, asked}


def test_only_approvers_write_what_came_in(carla, sam):
    pot = money.pot(holds=0)
    for someone in (carla, sam):
        with pytest.raises(NotForYou):
            actions.write_gift(pot, amount=1, on_day=TODAY(), by=someone)


@pytest.mark.parametrize("amount", [0, -5, 10**9, 100_000_001])
def test_no_gift_is_nothing_or_out_of_this_world(ann, amount):
    pot = money.pot(holds=0)
    with pytest.raises(WrongAmount):
        actions.write_gift(pot, amount=amount, on_day=TODAY(), by=ann)
    assert stands(pot) == (0, 0)


def test_what_a_page_sends_twice_is_written_once(ann, sam):
    pot, key = money.pot(holds=0), uuid4()
    first = actions.write_gift(pot, amount=5_00, on_day=TODAY(), by=ann, key=key)
    again = actions.write_gift(pot, amount=5_00, on_day=TODAY(), by=ann, key=key)
    assert (again, stands(pot)) == (first, (5_00, 0))
    assert money_back(pot, sam, key=key) == money_back(pot, sam, key=key)
    assert Expense.objects.count() == 1


def test_a_wrong_entry_gets_a_counter_entry_and_the_right_one_beside_it(ann):
    pot = money.pot(holds=0)
    wrong = actions.write_gift(pot, amount=500_00, on_day=TODAY(), by=ann)
    right = actions.set_right(wrong, amount=50_00, on_day=TODAY(), by=ann)
    assert [(e.kind, e.amount) for e in Entry.objects.filter(pot=pot).order_by("pk")] == [
        ("gift", 500_00),
        ("gift", 50_00),
        ("correction", -500_00),
    ]
    assert (right.amount, stands(pot)) == (50_00, (50_00, 0))
    for done in (wrong, wrong.set_right_by):
        with pytest.raises(StateChanged):
            actions.set_right(done, amount=None, on_day=TODAY(), by=ann)


def test_a_payment_is_set_right_with_its_expense_only(ann, sam):
    pot = money.pot()
    expense = money_back(pot, sam)
    money.approve(expense, ann)
    money.pay(expense, approver("Ben"))
    with pytest.raises(StateChanged):
        actions.set_right(expense.payment, amount=None, on_day=TODAY(), by=ann)


def test_no_one_writes_a_payment_by_hand(ann):
    with pytest.raises(ValueError, match="direct_help"):
        actions.write_gift(
            money.pot(), amount=5, on_day=TODAY(), by=ann, kind=EntryKind.DIRECT_HELP
        )
