"""Reading what money is for: its own people and approvers may, and each look of an approver is logged."""

import pytest

from mutualaid.fund import actions
from mutualaid.fund.errors import NotForYou, TooManyLooks
from mutualaid.fund.models import ExpenseLook
from tests.support import factories, money
from tests.support.money import approver, money_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def pot():
    return money.pot()


def test_its_own_people_read_it_and_an_approver_leaves_a_trace(pot, sam, vera):
    expense, ann = money_back(pot, sam, payee=vera, purpose="Insulin"), approver("Ann")
    for own in (sam, vera):
        assert actions.open_words(expense, by=own).purpose == "Insulin"
    assert not ExpenseLook.objects.exists()
    for _ in range(2):
        assert actions.open_words(expense, by=ann).purpose == "Insulin"
    assert list(ExpenseLook.objects.values_list("by", "slot")) == [(ann.pk, 1), (ann.pk, None)]


def test_no_one_else_reads_it(pot, sam, carla, mallory):
    expense = money_back(pot, sam)
    for someone in (carla, mallory):
        with pytest.raises(NotForYou):
            actions.open_words(expense, by=someone)


def test_an_hour_has_room_for_a_few(pot, sam):
    factories.set_policy(coordinator_contact_views_per_hour=2)
    ann, expenses = approver("Ann"), [money_back(pot, sam) for _ in range(3)]
    for expense in (*expenses[:2], *expenses[:2]):
        actions.open_words(expense, by=ann)
    with pytest.raises(TooManyLooks):
        actions.open_words(expenses[2], by=ann)
    assert ExpenseLook.objects.count() == 4
