"""A restore to last week with money in it: the books hold, and approvers hear what may be missing."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from mutualaid.backups import restore
from mutualaid.backups.restore import Allowed
from mutualaid.fund import actions
from mutualaid.fund.models import Entry, Expense, Pot, RestoreGap
from mutualaid.fund.states import AGREED, PAID_STATES, WRITE_OFF_STATES, ExpenseKind, ExpenseState
from mutualaid.people.models import User
from mutualaid.record.checking import check_record
from mutualaid.record.models import RecordEntry
from tests.backups.conftest import OPENS
from tests.support import factories, money, recorded

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Take = Callable[..., Path]
MONEY_BACK, MONEY_AHEAD = ExpenseKind.MONEY_BACK, ExpenseKind.MONEY_AHEAD


@pytest.fixture
def people(db: None) -> tuple[User, User, User]:
    factories.set_policy(has_record=True, has_pot=True)
    return factories.person("Sam"), money.approver("Ann"), money.approver("Ben")


def in_each_state(pot: Pot, sam: User, ann: User, ben: User) -> dict[str, Expense]:
    """One expense of Sam's in each state."""
    settled = (ExpenseState.SPENT, ExpenseState.SETTLED)
    ahead = {*settled, *WRITE_OFF_STATES}
    made = {
        state: money.money_back(pot, sam, 5_00, kind=MONEY_AHEAD if state in ahead else MONEY_BACK)
        for state in ExpenseState
    }
    for state in AGREED:
        money.approve(made[state], ann)
    for state in PAID_STATES:
        money.pay(made[state], ben)
    for state in settled:
        actions.say_spent(made[state], spent=4_00, by=sam)
    for state in WRITE_OFF_STATES:
        actions.start_write_off(made[state], saw=0, came_back=1_00, by=ann)
    closed, today = made[ExpenseState.WRITTEN_OFF], timezone.localdate()
    actions.write_off(closed, saw=1, on_day=today, by=ben)
    actions.settle_expense(made[ExpenseState.SETTLED], saw=1, on_day=today, by=ann)
    actions.say_reached(made[ExpenseState.REACHED], by=sam)
    actions.say_not_reached(made[ExpenseState.NOT_REACHED], by=sam)
    actions.decline_expense(made[ExpenseState.DECLINED], saw=1, words="Too late", by=ann)
    actions.withdraw_expense(made[ExpenseState.WITHDRAWN], by=sam)
    return {str(state): expense for state, expense in made.items()}


def states() -> dict[int, str]:
    return dict(Expense.objects.values_list("pk", "state"))


def test_the_books_are_those_of_the_backup_and_agree_with_themselves_and_the_record(
    take: Take, people: tuple[User, User, User]
):
    sam, ann, ben = people
    pot = money.pot()
    made = in_each_state(pot, sam, ann, ben)
    recorded.seal()
    before, entries = states(), list(Entry.objects.values_list("pk", flat=True))
    assert set(before.values()) == set(ExpenseState)
    backup = take()
    money.pay(made["approved"], ben)
    money.approve(made["asked"], ann)
    later = money.money_back(pot, sam, 1_00)
    winter = money.pot("Winter")
    recorded.seal()

    restore.restore(backup, OPENS, Allowed(over=True))

    assert states() == before
    assert list(Entry.objects.values_list("pk", flat=True)) == entries
    assert not Expense.objects.filter(public_id=later.public_id).exists()
    assert not Pot.objects.filter(name=winter.name).exists()
    agreed = Expense.objects.filter(state="approved").aggregate(sum=Sum("amount"))["sum"]
    in_entries = Entry.objects.filter(pot=pot).aggregate(sum=Sum("amount"))["sum"]
    assert money.stands(pot) == (in_entries, agreed)
    recorded.seal()
    told = RecordEntry.objects.get(kind="record.restored").facts["backup_at"]
    assert RestoreGap.objects.get().since.isoformat() == told
    assert check_record().restored == [RecordEntry.objects.latest("number").number]


def test_approvers_write_down_again_what_was_paid_since_and_say_so(
    take: Take, people: tuple[User, User, User], signed_in: Callable[[User], Client]
):
    sam, ann, ben = people
    expense = money.money_back(money.pot(), sam)
    money.approve(expense, ann)
    backup = take()
    money.pay(expense, ben)

    restore.restore(backup, OPENS, Allowed(over=True))

    browser, gone = signed_in(ben), "The site was put back"
    assert gone in browser.get("/pot/waiting/").content.decode()
    opened = f"/pot/waiting/{expense.public_id}/"
    assert gone in browser.get(opened).content.decode(), "else it is paid a second time"
    expense.refresh_from_db()
    yesterday = timezone.localdate() - timedelta(days=1)
    actions.pay_expense(expense, saw=1, on_day=yesterday, by=ben)
    last = RestoreGap.objects.get().pk
    assert signed_in(sam).post("/pot/waiting/again/", {"last": last}).status_code == 404
    for odd in ("", "x", "²", "9" * 30, str(last - 1)):
        browser.post("/pot/waiting/again/", {"last": odd})
        assert RestoreGap.objects.exists(), odd
    browser.post("/pot/waiting/again/", {"last": last})
    assert gone not in browser.get("/pot/waiting/").content.decode()
    assert Entry.objects.get(paid_expense=expense).on_day == yesterday


def test_where_there_is_no_pot_nothing_is_said(take: Take):
    restore.restore(take(), OPENS, Allowed(over=True))
    assert not RestoreGap.objects.exists()
