"""What people are told of the pot: neutral, to whom it concerns, and answered by one tap."""

import re

import pytest

from mutualaid.data_rights.actions import erase_account
from mutualaid.fund import actions
from mutualaid.fund.models import Expense
from mutualaid.fund.states import ExpenseKind, ExpenseState
from mutualaid.notify.links.one_tap import read_one_tap_token
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose, kind_named
from mutualaid.notify.rendering.render import render_message
from mutualaid.people.actions import deactivate_person
from tests.support import factories, money
from tests.support.money import approve, approver, money_back, pay

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def pot():
    return money.pot()


@pytest.fixture
def ann():
    return approver("Ann")


@pytest.fixture
def ben():
    return approver("Ben")


def told(kind: str) -> set[str]:
    rows = Notification.objects.filter(kind=kind).select_related("recipient")
    return {str(row.recipient) for row in rows}


def words(kind: str, about: int) -> str:
    message = compose(kind, about)
    assert message is not None
    written = render_message(kind_named(kind), message)
    return written.subject + written.text


def test_approvers_hear_what_waits_for_them_and_not_of_their_own(pot, sam, ann, ben):
    money_back(pot, ann)
    assert told("pot_waits") == {"Ben"}
    money_back(pot, sam)
    assert told("pot_waits") == {"Ann", "Ben"}


def test_that_a_yes_no_longer_counts_is_told_to_those_who_can_give_another(
    pot, sam, ann, ben, carla
):
    cleo = approver("Cleo")
    expense = money_back(pot, sam)
    approve(expense, ann)
    waits = Notification.objects.filter(kind="pot_waits", recipient__in=[ben, cleo])
    before = waits.count()
    deactivate_person(ann, by=carla)
    assert waits.count() == before + 2


def test_where_one_yes_was_enough_the_other_hears_that_it_can_be_paid(pot, sam, ann, ben):
    expense = money_back(pot, sam)
    Notification.objects.all().delete()
    approve(expense, ann)
    assert (told("pot_waits"), told("pot_agreed")) == ({"Ben"}, {"Sam"})


def test_no_message_says_an_amount_or_what_it_is_for(pot, sam, ann, ben):
    expense = money_back(pot, sam, 98_76, purpose="Insulin", payee_words="At the gate")
    said = words("pot_waits", ann.pk)
    approve(expense, ann)
    said += words("pot_agreed", expense.pk)
    pay(expense, ben)
    said += words("pot_paid", expense.pk)
    actions.say_not_reached(expense, by=sam)
    said += words("pot_not_reached", expense.pk)
    other = money_back(pot, sam, 98_76, purpose="Insulin")
    actions.decline_expense(other, saw=1, words="No insulin this month", by=ann)
    said += words("pot_declined", other.pk)
    said = re.sub(r"https?://\S+", "", said)
    for secret in ("98", "€", "EUR", "nsulin", "gate", "money", "Sam", "Ann"):
        assert secret not in said


def test_one_tap_says_that_it_arrived_or_not(pot, sam, ann, ben, mallory):
    expense = money_back(pot, sam)
    approve(expense, ann)
    pay(expense, ben)
    urls = compose("pot_paid", expense.pk).urls
    yes, no = (
        read_one_tap_token(str(urls[name]).rstrip("/").split("/")[-1]) for name in ("yes", "no")
    )
    assert no.take().is_done
    expense.refresh_from_db()
    assert expense.state == ExpenseState.NOT_REACHED
    assert told("pot_not_reached") == {"Ben"}
    assert yes.missed() is None
    assert yes.take().is_done
    assert not yes.take().is_done
    assert yes.missed() is not None
    expense.refresh_from_db()
    assert expense.state == ExpenseState.REACHED
    assert not yes._replace(user=mallory).take().is_done
    assert not yes._replace(user=None).take().is_done


def test_of_a_neighbour_without_an_account_the_one_who_asked_is_asked(pot, sam, ann, ben):
    expense = money_back(pot, sam, kind=ExpenseKind.DIRECT_HELP, payee=None, payee_words="Ana")
    approve(expense, ann)
    pay(expense, ben)
    assert told("pot_paid") == {"Sam"}


def test_what_is_over_by_the_time_it_is_sent_is_not_said(pot, sam, ann):
    expense = money_back(pot, sam)
    approve(expense, ann)
    actions.withdraw_expense(expense, by=sam)
    for kind, about in (
        ("pot_agreed", expense.pk),
        ("pot_waits", ann.pk),
        ("pot_paid", expense.pk),
    ):
        assert compose(kind, about) is None


def test_nothing_is_said_once_the_group_has_no_pot_any_more(pot, sam, ann, ben):
    expense = money_back(pot, sam)
    approve(expense, ann)
    factories.set_policy(has_pot=False)
    assert compose("pot_agreed", expense.pk) is None
    assert compose("pot_waits", ben.pk) is None


def test_what_waits_for_whom_is_the_same_in_a_query_and_in_a_row(pot, sam, ann, ben):
    from mutualaid.fund.rules import waits_for

    first = money_back(pot, sam, kind=ExpenseKind.MONEY_AHEAD)
    second, _own, help_ = (
        money_back(pot, sam),
        money_back(pot, ann),
        money_back(pot, sam, kind=ExpenseKind.DIRECT_HELP, payee=None),
    )
    approve(first, ann)
    pay(first, ben)
    actions.say_spent(first, spent=1, by=sam)
    approve(second, ben)
    approve(help_, ann)
    leo = factories.person("Leo")
    left, closing = (money_back(pot, who, 1_00, kind=ExpenseKind.MONEY_AHEAD) for who in (leo, sam))
    for one in (left, closing):
        approve(one, ann)
        pay(one, ben)
    erase_account(leo)
    actions.start_write_off(closing, saw=0, came_back=0, by=ann)
    for user in (ann, ben, sam):
        queried = set(Expense.objects.waiting_for(user).values_list("pk", flat=True))
        assert queried == {one.pk for one in Expense.objects.all() if waits_for(one, user.pk)}
