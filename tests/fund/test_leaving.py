"""What becomes of money when someone leaves, is switched off, or a year has passed."""

from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.utils import timezone

from mutualaid.data_rights.actions import erase_account
from mutualaid.data_rights.export import data_of
from mutualaid.fund import actions
from mutualaid.fund.exports import money_of
from mutualaid.fund.models import Approver, Candidacy, Entry, Expense, ExpenseLook, Pledge, Receipt
from mutualaid.fund.states import ExpenseState
from mutualaid.people.actions import deactivate_person
from mutualaid.retention.erasing import erase_expired
from tests.support import factories, money
from tests.support.money import approve, approver, money_back, pay, stands

pytestmark = pytest.mark.django_db


@pytest.fixture
def pot():
    return money.pot()


@pytest.fixture
def ann():
    return approver("Ann")


@pytest.fixture
def ben():
    return approver("Ben")


def test_an_approver_who_leaves_after_the_yes_takes_it_along(pot, sam, ann):
    expense = money_back(pot, sam)
    approve(expense, ann)
    erase_account(ann)
    expense.refresh_from_db()
    assert (expense.state, expense.approvals) == (ExpenseState.ASKED, 0)
    assert stands(pot) == (100_00, 0)
    assert not Approver.objects.active().filter(pk=ann.pk).exists()


def test_so_does_one_whom_a_coordinator_switches_off(pot, sam, ann, carla):
    expense = money_back(pot, sam)
    approve(expense, ann)
    deactivate_person(ann, by=carla)
    expense.refresh_from_db()
    assert (expense.state, expense.approvals, stands(pot)) == ("asked", 0, (100_00, 0))


def test_what_was_paid_stays_paid_when_its_approver_leaves(pot, sam, ann, ben):
    expense = money_back(pot, sam)
    approve(expense, ann)
    pay(expense, ben)
    for leaver in (ann, ben):
        erase_account(leaver)
    expense.refresh_from_db()
    assert (expense.state, expense.first_approver.user.name) == (ExpenseState.PAID, "")


def test_who_leaves_takes_back_what_they_asked_for_and_their_words(pot, sam, vera, ann, ben):
    asked, agreed, paid, given = (money_back(pot, sam) for _ in range(4))
    for expense in (agreed, paid):
        approve(expense, ann)
    pay(paid, ben)
    to_sam = money_back(pot, vera, payee=sam, payee_words="Sam, at the gate")
    actions.pledge(pot, monthly=5_00, by=sam)
    actions.say_ready(ready=True, by=sam)
    actions.open_words(paid, by=ann)
    Receipt.objects.create(expense=paid, content="anJwZw==", digest="x")
    erase_account(sam)
    assert not ExpenseLook.objects.exists()
    assert not Receipt.objects.exists()
    for expense in (asked, agreed, given, to_sam):
        expense.refresh_from_db()
        assert expense.state == ExpenseState.WITHDRAWN
    left = Expense.objects.get(pk=paid.pk)
    assert (left.state, left.amount, left.asked_by, left.payee, left.purpose) == (
        "paid", 12_50, None, None, "",
    )  # fmt: skip
    assert Expense.objects.get(pk=to_sam.pk).payee_words == ""
    assert not Pledge.objects.exists()
    assert not Candidacy.objects.exists()
    assert stands(pot) == (87_50, 0)
    assert sum(Entry.objects.filter(pot=pot).values_list("amount", flat=True)) == 87_50


def test_words_go_and_amounts_stay(pot, sam, ann, ben):
    factories.set_policy(erase_days=28)
    paid, declined = money_back(pot, sam, purpose="Insulin"), money_back(pot, sam, purpose="Rent")
    approve(paid, ann)
    pay(paid, ben)
    actions.decline_expense(declined, saw=1, words="We can't this month", by=ann)
    actions.open_words(paid, by=ann)
    long_ago = timezone.now() - timedelta(days=29)
    Expense.objects.update(ended_at=long_ago)
    ExpenseLook.objects.update(at=long_ago - timedelta(days=365))
    erase_expired()
    paid, declined = Expense.objects.get(pk=paid.pk), Expense.objects.get(pk=declined.pk)
    assert (paid.purpose, declined.purpose, declined.decline_words) == ("", "", "")
    assert (paid.payee, paid.asked_by) == (sam, sam), "the figures of the month are not there yet"
    assert (declined.payee, declined.asked_by) == (None, None)
    Expense.objects.update(payee_known_until=long_ago)
    erase_expired()
    paid = Expense.objects.get(pk=paid.pk)
    assert (paid.payee, paid.asked_by, paid.amount) == (None, None, 12_50)
    assert not ExpenseLook.objects.exists()


def test_what_did_not_arrive_keeps_its_words_until_that_is_cleared_up(pot, sam, ann, ben):
    expense = money_back(pot, sam, purpose="Insulin")
    approve(expense, ann)
    pay(expense, ben)
    actions.say_not_reached(expense, by=sam)
    Expense.objects.update(payee_known_until=timezone.now() - timedelta(days=1))
    erase_expired()
    expense = Expense.objects.get(pk=expense.pk)
    assert (expense.purpose, expense.payee) == ("Insulin", sam)


def test_whom_it_reached_is_known_until_the_month_after_has_ended(pot, sam, ann, ben, monkeypatch):
    expense = money_back(pot, sam)
    approve(expense, ann)
    last_of_year = timezone.localdate().replace(year=2025, month=12, day=31)
    monkeypatch.setattr("mutualaid.clock.today", lambda: last_of_year)
    actions.pay_expense(expense, saw=1, on_day=last_of_year, by=ben)
    assert timezone.localtime(expense.payee_known_until).date().isoformat() == "2026-02-01"


def test_a_copy_of_my_data_says_what_a_pot_has_of_me(pot, sam, ann, ben):
    assert money_of(ben) == {"when_you_could_agree_to_money": [{"since": ANY, "until": None}]}
    expense = money_back(pot, sam, purpose="Insulin")
    approve(expense, ann)
    pay(expense, ben)
    actions.open_words(expense, by=ann)
    actions.pledge(pot, monthly=5_00, by=sam)
    Receipt.objects.create(expense=expense, content="anJwZw==", digest="x")
    copy = data_of(sam)
    (photo,) = copy["when_you_showed_a_photo_of_a_receipt"]
    assert photo["photo"].endswith(f"/pot/receipt/{expense.public_id}.jpg")
    assert "when_you_showed_a_photo_of_a_receipt" not in data_of(ann)
    assert copy["what_you_asked_our_pot_for"][0]["what_it_is_for"] == "Insulin"
    assert len(copy["when_someone_looked_at_that"]) == 1
    assert copy["what_you_mean_to_give_each_month"][0]["amount"] == "€5.00"
    assert "Insulin" not in str(data_of(ann))
    assert len(data_of(ben)["what_you_agreed_to_or_paid_from_our_pot"]) == 1


def test_who_has_nothing_to_do_with_a_pot_finds_no_word_of_it(sam):
    assert money_of(sam) == {}
