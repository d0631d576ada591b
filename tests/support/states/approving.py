"""What waits for those who say yes to money, and one expense as they open it, pay it and close it."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils.timezone import localdate, now

from mutualaid.data_rights.actions import erase_account
from mutualaid.fund import actions
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.states import ExpenseKind
from tests.support import money
from tests.support.rare_pages import shows
from tests.support.scene import Scene
from tests.support.states.pots import as_approver, as_sam, paid_to_sam


@shows("fund/waiting.html")
def what_waits_and_my_own(here: Scene, browser: Client) -> Any:
    pot = money.our_pot()
    client, ann = as_approver(browser)
    money.expense(pot, by=here.people["sam"])
    money.expense(pot, by=ann)
    return client.get("/pot/waiting/")


@shows("fund/waiting.html")
def nothing_waits(_here: Scene, browser: Client) -> Any:
    money.our_pot()
    return as_approver(browser)[0].get("/pot/waiting/")


@shows("fund/waiting.html")
def after_a_restore(_here: Scene, browser: Client) -> Any:
    money.our_pot()
    actions.note_gap(since=now() - timedelta(days=7))
    return as_approver(browser)[0].get("/pot/waiting/")


def _decide(browser: Client, expense: Expense) -> Any:
    return as_approver(browser)[0].post(f"/pot/waiting/{expense.public_id}/")


@shows("fund/decide.html")
def before_it_is_opened_and_over_the_caps(here: Scene, browser: Client) -> Any:
    pot = money.our_pot()
    Pot.objects.update(month_per_household=1000, month_in_all=1000)
    expense = money.expense(pot, by=here.people["sam"], amount=20_000, claim=here.claim)
    money.approve(expense, money.approver("Ben"))
    return as_approver(browser)[0].get(f"/pot/waiting/{expense.public_id}/")


@shows("fund/decide.html")
def opened_to_say_yes(here: Scene, browser: Client) -> Any:
    return _decide(browser, money.expense(money.our_pot(), by=here.people["sam"]))


@shows("fund/decide.html")
def opened_without_a_receipt(here: Scene, browser: Client) -> Any:
    return _decide(browser, money.expense(money.our_pot(), by=here.people["sam"], with_photo=False))


@shows("fund/decide.html")
def a_no_without_a_reason(here: Scene, browser: Client) -> Any:
    expense = money.expense(money.our_pot(), by=here.people["sam"])
    client, _ann = as_approver(browser)
    return client.post(f"/pot/waiting/{expense.public_id}/decline/", {"saw": "1"})


@shows("fund/decide.html")
def opened_to_pay_for_a_neighbour(here: Scene, browser: Client) -> Any:
    carla = here.people["carla"]
    expense = money.expense(
        money.our_pot(), by=carla, payee=None, kind=ExpenseKind.DIRECT_HELP, with_photo=False
    )
    return _decide(browser, money.agreed(expense, money.approver("Ben")))


@shows("fund/decide.html")
def asked_by_a_private_link(here: Scene, browser: Client) -> Any:
    return _decide(browser, money.asked_by_link(money.our_pot(), here.open_need.ask))


@shows("fund/decide.html")
def opened_to_settle(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    actions.say_spent(expense, spent=1000, by=here.people["sam"])
    return _decide(browser, expense)


def _to_close(here: Scene, *, came_back: int = 0) -> Expense:
    """Money ahead that the one who paid it would close."""
    expense = paid_to_sam(here, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    actions.start_write_off(expense, saw=0, came_back=came_back, by=expense.payer.user)
    return expense


@shows("fund/decide.html")
def opened_to_close_where_some_came_back(here: Scene, browser: Client) -> Any:
    return _decide(browser, _to_close(here, came_back=500))


@shows("fund/decide.html")
def money_ahead_of_someone_who_has_left(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    erase_account(here.people["sam"])
    return _decide(browser, expense)


@shows("fund/decide.html")
def more_came_back_than_went_out(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    client, _ann = as_approver(browser)
    typed = {"saw": "0", "came_back": "99"}
    return client.post(f"/pot/waiting/{expense.public_id}/start-write-off/", typed)


@shows("fund/decide.html")
def closed_by_two(here: Scene, browser: Client) -> Any:
    expense, (client, ann) = _to_close(here), as_approver(browser)
    actions.write_off(expense, saw=1, on_day=localdate(), by=ann)
    return client.post(f"/pot/waiting/{expense.public_id}/")


@shows("fund/expense.html")
def my_money_ahead_is_about_to_be_closed(here: Scene, browser: Client) -> Any:
    expense = _to_close(here)
    return as_sam(here, browser).get(f"/pot/mine/{expense.public_id}/")


@shows("fund/decide.html")
def opened_once_it_is_paid(here: Scene, browser: Client) -> Any:
    return _decide(browser, paid_to_sam(here))


@shows("fund/decide.html")
def my_own_as_an_approver(_here: Scene, browser: Client) -> Any:
    client, ann = as_approver(browser)
    expense = money.expense(money.our_pot(), by=ann)
    return client.get(f"/pot/waiting/{expense.public_id}/")


@shows("fund/decide.html")
def declined_as_an_approver_sees_it(here: Scene, browser: Client) -> Any:
    expense = money.expense(money.our_pot(), by=here.people["sam"])
    client, ann = as_approver(browser)
    actions.decline_expense(expense, saw=1, words="The pot is empty, sorry.", by=ann)
    return client.post(f"/pot/waiting/{expense.public_id}/")
