"""Paying out, setting it right, hearing whether it arrived, and money ahead."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from mutualaid.data_rights.actions import erase_account
from mutualaid.fund import actions, rules
from mutualaid.fund.errors import NotEnough, NotForYou, SeenBefore, WrongAmount, WrongDay
from mutualaid.fund.states import EntryKind, ExpenseKind, ExpenseState
from mutualaid.retention.erasing import erase_expired
from mutualaid.transitions import StateChanged
from tests.support import money
from tests.support.money import approve, approver, money_back, pay, stands

pytestmark = pytest.mark.django_db


@pytest.fixture
def pot():
    return money.pot(two_from=50_00)


@pytest.fixture
def ann():
    return approver("Ann")


@pytest.fixture
def ben():
    return approver("Ben")


@pytest.fixture
def agreed(pot, sam, ann):
    expense = money_back(pot, sam, 12_50)
    approve(expense, ann)
    return expense


@pytest.fixture
def ahead(pot, sam, ann, ben):
    expense = money_back(pot, sam, 40_00, kind=ExpenseKind.MONEY_AHEAD)
    approve(expense, ann)
    pay(expense, ben)
    return expense


def test_paying_moves_the_promise_out_of_the_pot(pot, agreed, ben):
    pay(agreed, ben)
    assert (agreed.state, stands(pot)) == (ExpenseState.PAID, (87_50, 0))
    assert (agreed.payment.kind, agreed.payment.amount) == (EntryKind.MONEY_BACK, -12_50)


def test_where_one_said_yes_another_person_pays(agreed, ann):
    with pytest.raises(NotForYou):
        pay(agreed, ann)
    assert not rules.can_pay(ann, agreed)


def test_where_two_said_yes_one_of_them_may_pay(pot, sam, ann, ben):
    expense = money_back(pot, sam, 60_00)
    approve(expense, ann, ben)
    pay(expense, ann)
    assert expense.state == ExpenseState.PAID


def test_no_one_pays_out_their_own(pot, ann, ben, sam):
    cleo = approver("Cleo")
    expense = money_back(pot, cleo, 60_00, payee=sam)
    approve(expense, ann, ben)
    with pytest.raises(NotForYou):
        pay(expense, cleo)


def test_nothing_is_paid_before_it_is_agreed_or_twice(pot, sam, agreed, ben):
    waiting = money_back(pot, sam)
    with pytest.raises(StateChanged):
        pay(waiting, ben)
    pay(agreed, ben)
    with pytest.raises(StateChanged):
        pay(agreed, ben)
    assert stands(pot) == (87_50, 0)


def test_nothing_is_paid_on_a_version_that_was_not_seen(agreed, sam, ann, ben):
    actions.change_expense(agreed, {"amount": 13_00}, saw=1, by=sam)
    approve(agreed, ann)
    with pytest.raises(SeenBefore):
        actions.pay_expense(agreed, saw=1, on_day=timezone.localdate(), by=ben)


def test_an_entry_of_tomorrow_is_refused_and_a_clock_ten_minutes_wrong_is_not(
    agreed, ben, monkeypatch
):
    today = timezone.localdate()
    with pytest.raises(WrongDay):
        actions.pay_expense(agreed, saw=1, on_day=today + timedelta(days=2), by=ben)
    with pytest.raises(WrongDay):
        actions.pay_expense(agreed, saw=1, on_day=date(26, 1, 1), by=ben)
    late = timezone.now().replace(hour=23, minute=55, second=0)
    monkeypatch.setattr("mutualaid.clock.now", lambda: late)
    actions.pay_expense(agreed, saw=1, on_day=today + timedelta(days=1), by=ben)
    assert agreed.state == ExpenseState.PAID


def test_a_payment_that_never_happened_is_undone_by_a_counter_entry(pot, agreed, ann, ben):
    pay(agreed, ben)
    payment = agreed.payment
    counter = actions.take_back_payment(agreed, saw=agreed.version, by=ann)
    assert (counter.kind, counter.amount, counter.sets_right) == ("correction", 12_50, payment)
    assert (agreed.state, agreed.version, agreed.payment) == (ExpenseState.ASKED, 2, None)
    assert stands(pot) == (100_00, 0)
    with pytest.raises(StateChanged):
        actions.take_back_payment(agreed, saw=agreed.version, by=ann)
    approve(agreed, ann)
    pay(agreed, ben)
    with pytest.raises(SeenBefore):
        actions.take_back_payment(agreed, saw=1, by=ann)
    assert stands(pot) == (87_50, 0), "a page left open undoes no later payment"


def test_a_payment_to_someone_who_is_no_longer_known_is_set_right_for_good(
    pot, agreed, sam, ann, ben
):
    pay(agreed, ben)
    erase_account(sam)
    counter = actions.take_back_payment(agreed, saw=agreed.version, by=ann)
    assert (agreed.state, agreed.payment, agreed.approvals) == (ExpenseState.WITHDRAWN, None, 0)
    assert agreed.ended_at is not None
    assert (counter.amount, stands(pot)) == (12_50, (100_00, 0))


def test_who_is_paid_can_say_whether_it_arrived_however_late_it_is_written_down(agreed, sam, ben):
    months_ago = timezone.localdate() - timedelta(days=100)
    actions.pay_expense(agreed, saw=1, on_day=months_ago, by=ben)
    erase_expired()
    actions.say_not_reached(agreed, by=sam)
    assert agreed.state == ExpenseState.NOT_REACHED


def test_who_gets_it_says_whether_it_arrived_and_may_think_again(agreed, sam, ben, mallory):
    pay(agreed, ben)
    assert agreed.ended_at is not None
    with pytest.raises(NotForYou):
        actions.say_reached(agreed, by=mallory)
    actions.say_not_reached(agreed, by=sam)
    assert (agreed.state, agreed.ended_at) == (ExpenseState.NOT_REACHED, None)
    actions.say_reached(agreed, by=sam)
    assert agreed.state == ExpenseState.REACHED
    assert agreed.ended_at is not None
    with pytest.raises(StateChanged):
        actions.take_back_payment(agreed, saw=agreed.version, by=ben)


def test_money_ahead_is_settled_and_the_rest_comes_back(pot, ahead, sam, ann):
    assert (stands(pot), ahead.ended_at) == ((60_00, 0), None)
    actions.say_reached(ahead, by=sam)
    actions.say_spent(ahead, spent=31_20, by=sam)
    actions.settle_expense(ahead, saw=1, on_day=timezone.localdate(), by=ann)
    assert (ahead.state, ahead.rest.kind, ahead.rest.amount) == ("settled", "returned", 8_80)
    assert stands(pot) == (68_80, 0)
    assert ahead.ended_at is not None


def test_where_all_was_spent_nothing_comes_back(pot, ahead, sam, ann):
    actions.say_spent(ahead, spent=40_00, by=sam)
    actions.settle_expense(ahead, saw=1, on_day=timezone.localdate(), by=ann)
    assert (ahead.state, ahead.rest, stands(pot)) == ("settled", None, (60_00, 0))


def test_what_was_spent_can_be_said_again_and_no_approver_says_it_for_them(ahead, sam, ben):
    actions.say_spent(ahead, spent=0, by=sam)
    actions.say_spent(ahead, spent=5_00, by=sam)
    with pytest.raises(NotForYou):
        actions.say_spent(ahead, spent=40_00, by=ben)
    assert (ahead.spent, ahead.spending_version) == (5_00, 2)


def test_what_was_said_or_shown_since_is_not_settled_unseen(ahead, sam, ann):
    actions.say_spent(ahead, spent=10_00, by=sam)
    actions.say_spent(ahead, spent=1_00, by=sam)
    actions.paper_changed(ahead, by=sam)
    for seen in (1, 2):
        with pytest.raises(SeenBefore):
            actions.settle_expense(ahead, saw=seen, on_day=timezone.localdate(), by=ann)
    actions.settle_expense(ahead, saw=3, on_day=timezone.localdate(), by=ann)
    assert ahead.rest.amount == 39_00


def test_no_one_settles_their_own_and_nothing_more_is_spent_than_there_was(pot, ben, sam, ann):
    expense = money_back(pot, ann, 10_00, kind=ExpenseKind.MONEY_AHEAD)
    approve(expense, ben)
    pay(expense, approver("Cleo"))
    with pytest.raises(WrongAmount):
        actions.say_spent(expense, spent=10_01, by=ann)
    actions.say_spent(expense, spent=10_00, by=ann)
    with pytest.raises(NotForYou):
        actions.settle_expense(expense, saw=1, on_day=timezone.localdate(), by=ann)


def test_only_money_ahead_is_settled(agreed, sam, ben):
    pay(agreed, ben)
    with pytest.raises(NotForYou):
        actions.say_spent(agreed, spent=1, by=sam)
    with pytest.raises(StateChanged):
        actions.paper_changed(agreed, by=sam)


def test_a_correction_may_not_take_what_is_promised(pot, sam, ann):
    gift = actions.write_gift(pot, amount=20_00, on_day=timezone.localdate(), by=ann)
    expense = money_back(pot, sam, 49_00)
    other = money_back(pot, sam, 49_00)
    more = money_back(pot, sam, 22_00)
    for one in (expense, other, more):
        approve(one, ann)
    assert stands(pot) == (120_00, 120_00)
    with pytest.raises(NotEnough):
        actions.set_right(gift, amount=None, on_day=timezone.localdate(), by=ann)
    assert stands(pot) == (120_00, 120_00)
