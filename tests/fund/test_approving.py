"""Who says yes to money: two pairs of eyes, never one's own, and only to what was seen."""

import pytest

from mutualaid.fund import actions, rules
from mutualaid.fund.errors import NotEnough, NotForYou, SeenBefore
from mutualaid.fund.states import ExpenseKind, ExpenseState
from mutualaid.transitions import StateChanged
from tests.support import money
from tests.support.money import approve, approver, money_back, passed_decision, stands

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


def test_one_yes_is_enough_for_a_small_amount_and_reserves_it(pot, sam, ann):
    expense = money_back(pot, sam, 49_99)
    assert actions.approve_expense(expense, saw=1, by=ann) is True
    assert expense.state == ExpenseState.APPROVED
    assert stands(pot) == (100_00, 49_99)


def test_a_larger_amount_waits_for_a_second_person(pot, sam, ann, ben):
    expense = money_back(pot, sam, 50_00)
    assert actions.approve_expense(expense, saw=1, by=ann) is False
    assert (expense.state, stands(pot)) == (ExpenseState.ASKED, (100_00, 0))
    with pytest.raises(StateChanged):
        actions.approve_expense(expense, saw=1, by=ann)
    assert actions.approve_expense(expense, saw=1, by=ben) is True
    assert stands(pot) == (100_00, 50_00)


def test_no_one_says_yes_to_their_own(pot, ann, sam):
    for expense in (
        money_back(pot, ann),
        money_back(pot, sam, payee=ann),
        money_back(pot, ann, payee=None, kind=ExpenseKind.DIRECT_HELP),
    ):
        with pytest.raises(NotForYou):
            actions.approve_expense(expense, saw=1, by=ann)
        assert not rules.can_approve(ann, expense)


def test_who_becomes_an_approver_says_no_yes_to_what_they_asked_for_before(pot, sam):
    expense = money_back(pot, sam)
    approver(user=sam)
    with pytest.raises(NotForYou):
        approve(expense, sam)


@pytest.mark.parametrize("role", ["nobody", "coordinator", "ended", "switched off"])
def test_only_whom_a_decision_made_an_approver_says_yes(pot, sam, vera, carla, role):
    person = carla if role == "coordinator" else vera
    if role in ("ended", "switched off"):
        approver(user=person)
    if role == "ended":
        actions.change_approvers(begin=[], end=[person.pk], decision=passed_decision())
    if role == "switched off":
        person.is_active = False
        person.save()
    expense = money_back(pot, sam)
    with pytest.raises(NotForYou):
        approve(expense, person)
    assert not rules.can_approve(person, expense)


@pytest.mark.parametrize("change", [{"amount": 13_00}, {"payee_words": "cash"}, {"payee": "vera"}])
def test_a_page_that_was_opened_before_a_change_approves_nothing(pot, sam, vera, ann, change):
    expense = money_back(pot, sam)
    values = {name: vera if value == "vera" else value for name, value in change.items()}
    actions.change_expense(expense, values, saw=1, by=sam)
    with pytest.raises(SeenBefore):
        actions.approve_expense(expense, saw=1, by=ann)
    approve(expense, ann)
    assert expense.first_saw == expense.version == 2


@pytest.mark.parametrize("is_agreed", [False, True])
def test_any_change_voids_each_yes_and_frees_what_was_promised(pot, sam, ann, ben, is_agreed):
    expense = money_back(pot, sam, 60_00)
    approve(expense, ann, *([ben] if is_agreed else []))
    actions.change_expense(expense, {"amount": 70_00}, saw=1, by=sam)
    assert (expense.state, expense.approvals, expense.version) == (ExpenseState.ASKED, 0, 2)
    assert stands(pot) == (100_00, 0)


def test_another_paper_voids_each_yes(pot, sam, ann):
    expense = money_back(pot, sam)
    approve(expense, ann)
    actions.paper_changed(expense, by=sam)
    assert (expense.state, expense.version, stands(pot)) == (ExpenseState.ASKED, 2, (100_00, 0))


def test_a_change_past_the_limit_asks_for_a_second_person(pot, sam):
    expense = money_back(pot, sam, 40_00)
    assert expense.needs_two is False
    actions.change_expense(expense, {"amount": 50_00}, saw=1, by=sam)
    assert expense.needs_two is True


def test_only_who_asked_changes_it(pot, sam, vera, ann):
    expense = money_back(pot, sam, payee=vera)
    for someone in (vera, ann):
        with pytest.raises(NotForYou):
            actions.change_expense(expense, {"amount": 1}, saw=1, by=someone)


def test_the_pot_promises_no_more_than_it_holds_and_the_rest_waits(pot, sam, ann):
    first, second = money_back(pot, sam, 40_00), money_back(pot, sam, 30_00)
    third = money_back(pot, sam, 30_01)
    approve(first, ann)
    approve(second, ann)
    with pytest.raises(NotEnough):
        approve(third, ann)
    third.refresh_from_db()
    assert (third.state, third.approvals) == (ExpenseState.ASKED, 0)
    assert stands(pot) == (100_00, 70_00)


def test_a_no_is_kind_and_frees_what_was_promised(pot, sam, ann):
    expense = money_back(pot, sam)
    approve(expense, ann)
    actions.decline_expense(expense, saw=1, words="We are short this month. Ask again!", by=ann)
    expense.refresh_from_db()
    assert expense.state == ExpenseState.DECLINED
    assert expense.decline_words == "We are short this month. Ask again!"
    assert stands(pot) == (100_00, 0)


def test_who_asked_or_gets_it_takes_it_back(pot, sam, vera, ann):
    expense = money_back(pot, sam, payee=vera)
    approve(expense, ann)
    with pytest.raises(NotForYou):
        actions.withdraw_expense(expense, by=ann)
    actions.withdraw_expense(expense, by=vera)
    assert (expense.state, stands(pot)) == (ExpenseState.WITHDRAWN, (100_00, 0))
    with pytest.raises(StateChanged):
        approve(expense, ann)


def test_the_only_approver_asks_for_money_and_it_waits_for_others(pot, ann):
    expense = money_back(pot, ann)
    assert rules.approvers_missing(expense) == 2
    approver("Ben")
    assert rules.approvers_missing(expense) == 1
    approver("Cleo")
    assert rules.approvers_missing(expense) == 0


def test_an_approver_whom_a_decision_ends_takes_their_open_yes_along(pot, sam, ann, ben):
    half, whole, paid = (money_back(pot, sam, amount) for amount in (60_00, 10_00, 5_00))
    approve(half, ann)
    approve(whole, ann)
    approve(paid, ann)
    money.pay(paid, ben)
    actions.change_approvers(begin=[], end=[ann.pk], decision=passed_decision())
    for expense in (half, whole):
        expense.refresh_from_db()
        assert (expense.state, expense.approvals) == (ExpenseState.ASKED, 0)
    paid.refresh_from_db()
    assert (paid.state, paid.first_approver_id) == (ExpenseState.PAID, ann.pk)
    assert stands(pot) == (95_00, 0)


def test_no_one_begins_twice_or_ends_who_never_began(ann, sam):
    for change in ({"begin": [ann.pk], "end": []}, {"begin": [], "end": [sam.pk]}):
        with pytest.raises(StateChanged):
            actions.change_approvers(**change, decision=passed_decision())
