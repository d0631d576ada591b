"""How money ahead ends that can't be settled, how an end is set right, and who is no longer there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.data_rights.actions import erase_account
from mutualaid.fund import actions, rules
from mutualaid.fund.errors import NotEnough, NotForYou, SeenBefore, WrongAmount, WrongDay
from mutualaid.fund.models import Expense
from mutualaid.fund.pages import waiting
from mutualaid.fund.states import EntryKind, ExpenseKind, ExpenseState
from mutualaid.retention.erasing import erase_expired
from mutualaid.transitions import StateChanged
from tests.support import money
from tests.support.money import approve, approver, money_back, pay, stands

pytestmark = pytest.mark.django_db
DAY = timezone.localdate


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
def ahead(pot, sam, ann, ben):
    """Sam got 40 ahead, so 60 are left."""
    expense = money_back(pot, sam, 40_00, kind=ExpenseKind.MONEY_AHEAD)
    approve(expense, ann)
    pay(expense, ben)
    return expense


@pytest.fixture
def settled(ahead, sam, ann):
    """30 were spent, and 10 were written as come back."""
    actions.say_spent(ahead, spent=30_00, by=sam)
    actions.settle_expense(ahead, saw=1, on_day=DAY(), by=ann)
    return ahead


def close(expense, first, second, came_back=0):
    actions.start_write_off(expense, saw=expense.spending_version, came_back=came_back, by=first)
    actions.write_off(expense, saw=expense.spending_version, on_day=DAY(), by=second)


def test_a_rest_that_never_came_back_is_undone_by_a_counter_entry(pot, settled, ben):
    rest = settled.rest
    assert stands(pot) == (70_00, 0)
    entry = actions.reopen_expense(settled, saw=1, by=ben)
    assert (entry.kind, entry.amount, entry.sets_right) == ("correction", -10_00, rest)
    assert (settled.state, settled.rest, settled.checked_by) == (ExpenseState.SPENT, None, None)
    assert (settled.ended_at, stands(pot)) == (None, (60_00, 0))


def test_after_that_less_came_back_than_was_left(pot, settled, ann, ben):
    actions.reopen_expense(settled, saw=1, by=ben)
    close(settled, ben, ann, came_back=4_00)
    assert (settled.state, settled.spent) == (ExpenseState.WRITTEN_OFF, 30_00)
    assert (settled.rest.kind, settled.rest.amount) == (EntryKind.RETURNED, 4_00)
    assert stands(pot) == (64_00, 0)
    assert settled.ended_at is not None


def test_after_that_it_can_be_said_again_what_was_spent(pot, settled, sam, ann, ben):
    actions.reopen_expense(settled, saw=1, by=ben)
    actions.say_spent(settled, spent=40_00, by=sam)
    actions.settle_expense(settled, saw=settled.spending_version, on_day=DAY(), by=ann)
    assert (settled.state, settled.rest, stands(pot)) == ("settled", None, (60_00, 0))


def test_what_was_promised_on_a_rest_is_not_taken_away_with_it(pot, settled, sam, vera, ann, ben):
    other = money_back(pot, vera, 49_00)
    more = money_back(pot, vera, 20_00)
    for one in (other, more):
        approve(one, ann)
    with pytest.raises(NotEnough):
        actions.reopen_expense(settled, saw=1, by=ben)
    settled.refresh_from_db()
    assert (settled.state, stands(pot)) == (ExpenseState.SETTLED, (70_00, 69_00))


def test_no_one_sets_their_own_right(settled, sam):
    approver(user=sam)
    with pytest.raises(NotForYou):
        actions.reopen_expense(settled, saw=1, by=sam)
    assert not rules.can_reopen(sam, settled)


def test_an_end_that_was_not_seen_is_not_set_right(settled, ann, ben):
    actions.reopen_expense(settled, saw=1, by=ben)
    actions.settle_expense(settled, saw=2, on_day=DAY(), by=ann)
    with pytest.raises(SeenBefore):
        actions.reopen_expense(settled, saw=1, by=ben)
    assert settled.state == ExpenseState.SETTLED


def test_money_ahead_of_someone_who_is_gone_waits_for_approvers_and_ends_by_two(
    pot, ahead, sam, ann, ben
):
    erase_account(sam)
    ahead.refresh_from_db()
    for one in (ann, ben):
        assert ahead in Expense.objects.waiting_for(one)
    actions.start_write_off(ahead, saw=0, came_back=0, by=ann)
    assert ahead not in Expense.objects.waiting_for(ann)
    assert ahead in Expense.objects.waiting_for(ben)
    with pytest.raises(NotForYou):
        actions.write_off(ahead, saw=1, on_day=DAY(), by=ann)
    actions.write_off(ahead, saw=1, on_day=DAY(), by=ben)
    assert (ahead.state, ahead.rest, stands(pot)) == ("written_off", None, (60_00, 0))
    assert ahead not in Expense.objects.waiting_for(ben)


def test_its_words_go_after_the_end_and_not_before(ahead, ann, ben):
    erase_expired()
    assert Expense.objects.get(pk=ahead.pk).purpose == "Bread"
    close(ahead, ann, ben)
    long_ago = timezone.now() - timedelta(days=400)
    Expense.objects.filter(pk=ahead.pk).update(ended_at=long_ago, payee_known_until=long_ago)
    erase_expired()
    kept = Expense.objects.get(pk=ahead.pk)
    assert (kept.purpose, kept.payee, kept.asked_by) == ("", None, None)


@pytest.mark.parametrize("state", ["asked", "approved", "reached", "declined"])
def test_what_is_not_out_is_not_written_off(pot, sam, ann, ben, state):
    expense = money_back(pot, sam)
    if state in ("approved", "reached"):
        approve(expense, ann)
    if state == "reached":
        pay(expense, ben)
        actions.say_reached(expense, by=sam)
    if state == "declined":
        actions.decline_expense(expense, saw=1, words="", by=ann)
    assert expense.state == state
    with pytest.raises(StateChanged):
        actions.start_write_off(expense, saw=0, came_back=0, by=ann)
    assert not rules.can_start_write_off(ann, expense)


def test_a_payment_that_did_not_arrive_ends_where_no_one_finds_it(pot, sam, ann, ben):
    expense = money_back(pot, sam)
    approve(expense, ann)
    pay(expense, ben)
    actions.say_not_reached(expense, by=sam)
    close(expense, ann, ben)
    assert (expense.state, stands(pot)) == (ExpenseState.WRITTEN_OFF, (87_50, 0))
    actions.reopen_expense(expense, saw=1, by=ann)
    assert (expense.state, expense.write_off_approver) == (ExpenseState.NOT_REACHED, None)
    assert expense.ended_at is None
    actions.take_back_payment(expense, saw=expense.version, by=ann)
    assert stands(pot) == (100_00, 0)


def test_what_comes_back_later_is_written_after_opening_it_again(pot, ahead, ann, ben):
    close(ahead, ann, ben)
    actions.reopen_expense(ahead, saw=1, by=ben)
    assert (ahead.state, ahead.ended_at) == (ExpenseState.PAID, None)
    close(ahead, ann, ben, came_back=40_00)
    assert stands(pot) == (100_00, 0)


@pytest.mark.parametrize("came_back", [-1, 40_01])
def test_no_more_comes_back_than_went_out(ahead, ann, came_back):
    with pytest.raises(WrongAmount):
        actions.start_write_off(ahead, saw=0, came_back=came_back, by=ann)


def test_nothing_comes_back_tomorrow(ahead, ann, ben):
    actions.start_write_off(ahead, saw=0, came_back=5_00, by=ann)
    with pytest.raises(WrongDay):
        actions.write_off(ahead, saw=1, on_day=DAY() + timedelta(days=2), by=ben)


def test_neither_of_the_two_closes_their_own(ahead, sam, ann):
    approver(user=sam)
    with pytest.raises(NotForYou):
        actions.start_write_off(ahead, saw=0, came_back=0, by=sam)
    actions.start_write_off(ahead, saw=0, came_back=0, by=ann)
    with pytest.raises(NotForYou):
        actions.write_off(ahead, saw=1, on_day=DAY(), by=sam)


@pytest.mark.parametrize("speaks", ["spent", "paper", "reached"])
def test_who_got_it_may_still_speak_and_then_one_word_closes_nothing(ahead, sam, ann, ben, speaks):
    actions.start_write_off(ahead, saw=0, came_back=0, by=ann)
    if speaks == "spent":
        actions.say_spent(ahead, spent=40_00, by=sam)
    elif speaks == "paper":
        actions.paper_changed(ahead, by=sam)
    else:
        actions.say_reached(ahead, by=sam)
    assert (ahead.write_off_approver, ahead.write_off_back) == (None, None)
    with pytest.raises((SeenBefore, StateChanged)):
        actions.write_off(ahead, saw=1, on_day=DAY(), by=ben)


@pytest.mark.parametrize("word", ["yes", "no"])
def test_whether_it_arrived_is_not_asked_once_it_was_said_what_was_spent(
    ahead, sam, ann, signed_in, word
):
    actions.say_spent(ahead, spent=30_00, by=sam)
    actions.start_write_off(ahead, saw=1, came_back=0, by=ann)
    browser, page = signed_in(sam), f"/pot/mine/{ahead.public_id}/"
    assert "Did it reach you?" not in browser.get(page).content.decode()
    answer = browser.post(f"{page}answer/", {word: "1"}, follow=True)
    assert "This has changed in the meantime." in answer.content.decode()
    ahead.refresh_from_db()
    assert (ahead.state, ahead.spent) == (ExpenseState.CLOSING, 30_00)


def test_another_agrees_to_no_other_amount_than_they_saw(ahead, ann, ben):
    actions.start_write_off(ahead, saw=0, came_back=5_00, by=ann)
    actions.reopen_expense(ahead, saw=1, by=ann)
    actions.start_write_off(ahead, saw=2, came_back=1_00, by=ann)
    with pytest.raises(SeenBefore):
        actions.write_off(ahead, saw=1, on_day=DAY(), by=ben)


@pytest.mark.parametrize("leaves", ["erased", "decided"])
def test_who_leaves_takes_along_that_they_would_close_it(ahead, ann, ben, leaves):
    actions.start_write_off(ahead, saw=0, came_back=0, by=ann)
    if leaves == "erased":
        erase_account(ann)
    else:
        decision = money.passed_decision()
        actions.change_approvers(begin=[], end=[ann.pk], decision=decision)
    ahead.refresh_from_db()
    assert (ahead.state, ahead.write_off_approver) == (ExpenseState.PAID, None)


def test_what_did_not_arrive_waits_on_when_who_would_close_it_leaves(pot, sam, ann, ben):
    expense = money_back(pot, sam)
    approve(expense, ann)
    pay(expense, ben)
    actions.say_not_reached(expense, by=sam)
    erase_account(sam)
    actions.start_write_off(expense, saw=0, came_back=0, by=ann)
    erase_account(ann)
    expense.refresh_from_db()
    assert expense.state == ExpenseState.NOT_REACHED
    assert expense in Expense.objects.waiting_for(ben)


def test_a_long_part_of_the_list_hides_no_other(pot, sam, ahead, ann, ben, signed_in, monkeypatch):
    arrived, back = money_back(pot, sam, kind=ExpenseKind.MONEY_AHEAD), money_back(pot, sam)
    for one in (arrived, back):
        money.paid(one, ann, by=ben)
    actions.say_reached(arrived, by=sam)
    monkeypatch.setattr(waiting, "MOST_SHOWN", 1)
    for _one in range(2):
        money_back(pot, sam)
    asked, still_out = signed_in(ann).get("/pot/waiting/").context["parts"]
    assert (asked.heading, len(asked.lines)) == ("Waiting for a yes", 1)
    assert still_out.heading == "Money ahead that is still out"
    assert [line.expense for line in still_out.lines] == [ahead]


def test_what_was_settled_is_nobodys_to_close(settled, ann):
    with pytest.raises(StateChanged):
        actions.start_write_off(settled, saw=1, came_back=0, by=ann)
