"""The common pot: its pages for members, and behind the private link of an ask."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from mutualaid.fund import actions
from mutualaid.fund.models import Expense
from mutualaid.fund.states import ExpenseKind
from mutualaid.people.models import User
from requests_app.access.links import make_link
from tests.support import factories, money
from tests.support.photos import as_upload, receipt_photo
from tests.support.rare_pages import shows
from tests.support.scene import Scene
from tests.support.signing_in import sign_in

TYPED = {"amount": "12.50", "purpose": "Milk and bread", "payee_words": "In cash"}


def as_sam(here: Scene, browser: Client) -> Client:
    return sign_in(browser, here.people["sam"])


def as_approver(browser: Client) -> tuple[Client, User]:
    ann = money.approver("Ann")
    return sign_in(browser, ann), ann


def paid_to_sam(here: Scene, **fields: Any) -> Expense:
    ben, cleo = money.approver("Ben"), money.approver("Cleo")
    return money.paid(money.expense(money.our_pot(), by=here.people["sam"], **fields), ben, by=cleo)


@shows("fund/pot.html")
def no_pot_yet(here: Scene, browser: Client) -> Any:
    factories.set_policy(has_pot=True)
    return as_sam(here, browser).get("/pot/")


@shows("fund/pot.html")
def no_pot_yet_for_who_can_open_one(here: Scene, browser: Client) -> Any:
    factories.set_policy(has_pot=True)
    return sign_in(browser, here.people["carla"]).get("/pot/")


@shows("fund/pot.html")
def no_one_can_say_yes_yet(here: Scene, browser: Client) -> Any:
    money.our_pot()
    return as_sam(here, browser).get("/pot/")


@shows("fund/pot.html")
def several_pots_and_what_one_asked_for(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here)
    money.our_pot("Winter")
    ann, last_month = money.approver("Ann"), localdate().replace(day=1) - timedelta(days=3)
    again = money.agreed(money.expense(expense.pot, by=here.people["rosa"]), ann)
    payer = expense.payer.user
    actions.pay_expense(again, saw=again.version, on_day=last_month, by=payer)
    for name in range(5):
        actions.pledge(expense.pot, monthly=1000, by=factories.person(f"Giver {name}"))
    return as_sam(here, browser).get(f"/pot/?pot={expense.pot_id}")


@shows("fund/pot.html")
def something_waits_for_an_approver(here: Scene, browser: Client) -> Any:
    money.expense(money.our_pot(), by=here.people["sam"])
    return as_approver(browser)[0].get("/pot/")


@shows("fund/entries.html")
def nothing_was_written_down(here: Scene, browser: Client) -> Any:
    money.our_pot(holds=0)
    return as_sam(here, browser).get("/pot/entries/")


@shows("fund/entries.html")
def entries_as_an_approver_sees_them(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here)
    client, ann = as_approver(browser)
    actions.set_right(expense.pot.entries.earliest("pk"), amount=9900, on_day=localdate(), by=ann)
    return client.get("/pot/entries/")


@shows("fund/pledge.html")
def what_one_means_to_give(here: Scene, browser: Client) -> Any:
    pot = money.our_pot()
    actions.pledge(pot, monthly=1000, by=here.people["sam"])
    return as_sam(here, browser).get(f"/pot/pots/{pot.pk}/pledge/")


@shows("fund/people.html")
def who_would_look_after_the_pot(here: Scene, browser: Client) -> Any:
    money.our_pot()
    return as_sam(here, browser).get("/pot/people/")


@shows("fund/people.html")
def who_can_be_proposed(here: Scene, browser: Client) -> Any:
    money.our_pot()
    actions.say_ready(ready=True, by=here.people["carla"])
    return sign_in(browser, here.people["carla"]).get("/pot/people/")


@shows("fund/people.html")
def who_says_yes(_here: Scene, browser: Client) -> Any:
    money.our_pot()
    return as_approver(browser)[0].get("/pot/people/")


@shows("fund/ask.html")
def money_back_for_a_task(here: Scene, browser: Client) -> Any:
    money.our_pot()
    money.our_pot("Winter")
    return as_sam(here, browser).get(f"/pot/ask/back/?claim={here.claim.public_id}")


@shows("fund/ask.html")
def an_amount_that_is_none(here: Scene, browser: Client) -> Any:
    money.our_pot()
    return as_sam(here, browser).post("/pot/ask/back/", TYPED | {"amount": "-5"})


@shows("fund/ask.html")
def help_for_a_neighbour(here: Scene, browser: Client) -> Any:
    money.our_pot()
    return sign_in(browser, here.people["carla"]).get("/pot/ask/help/")


@shows("fund/check.html")
def answers_to_check_with_a_photo(here: Scene, browser: Client) -> Any:
    money.our_pot()
    return as_sam(here, browser).post(f"/pot/ask/back/?claim={here.claim.public_id}", TYPED)


@shows("fund/check.html")
def help_for_a_neighbour_to_check(here: Scene, browser: Client) -> Any:
    money.our_pot()
    typed = TYPED | {"for_whom": "neighbour"}
    return sign_in(browser, here.people["carla"]).post("/pot/ask/help/", typed)


@shows("fund/check.html")
def a_pdf_instead_of_a_photo(here: Scene, browser: Client) -> Any:
    money.our_pot()
    return as_sam(here, browser).post(
        "/pot/ask/back/", TYPED | {"send": "1", "photo": as_upload(b"%PDF-1.7")}
    )


@shows("fund/expense.html")
def my_expense_waits(here: Scene, browser: Client) -> Any:
    expense = money.expense(money.our_pot(), by=here.people["sam"], claim=here.claim)
    return as_sam(here, browser).get(f"/pot/mine/{expense.public_id}/")


@shows("fund/expense.html")
def my_expense_without_a_receipt(here: Scene, browser: Client) -> Any:
    expense = money.expense(money.our_pot(), by=here.people["sam"], with_photo=False)
    return as_sam(here, browser).get(f"/pot/mine/{expense.public_id}/")


@shows("fund/expense.html")
def did_it_reach_me(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    return as_sam(here, browser).get(f"/pot/mine/{expense.public_id}/")


@shows("fund/expense.html")
def it_reached_me(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here)
    actions.open_words(expense, by=expense.payer.user)
    actions.say_reached(expense, by=here.people["sam"])
    return as_sam(here, browser).get(f"/pot/mine/{expense.public_id}/")


@shows("fund/expense.html")
def what_i_spent_is_looked_at(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    actions.say_spent(expense, spent=1000, by=here.people["sam"])
    return as_sam(here, browser).get(f"/pot/mine/{expense.public_id}/")


@shows("fund/expense.html")
def it_is_not_possible(here: Scene, browser: Client) -> Any:
    expense = money.expense(money.our_pot(), by=here.people["sam"])
    ann = money.approver("Ann")
    actions.decline_expense(expense, saw=1, words="The pot is empty, sorry.", by=ann)
    return as_sam(here, browser).get(f"/pot/mine/{expense.public_id}/")


@shows("fund/change.html")
def changing_what_was_asked(here: Scene, browser: Client) -> Any:
    expense = money.expense(money.our_pot(), by=here.people["sam"])
    return as_sam(here, browser).get(f"/pot/mine/{expense.public_id}/change/")


@shows("fund/photo.html")
def another_photo(here: Scene, browser: Client) -> Any:
    expense = money.expense(money.our_pot(), by=here.people["sam"])
    return as_sam(here, browser).get(f"/pot/mine/{expense.public_id}/photo/")


@shows("fund/photo.html")
def a_photo_of_money_ahead(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    return as_sam(here, browser).get(f"/pot/mine/{expense.public_id}/photo/")


@shows("fund/spent.html")
def more_was_spent_than_came(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    return as_sam(here, browser).post(f"/pot/mine/{expense.public_id}/spent/", {"spent": "99"})


@shows("fund/spent.html")
def a_photo_that_came_with_a_wrong_amount(here: Scene, browser: Client) -> Any:
    expense = paid_to_sam(here, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    typed = {"spent": "much", "photo": as_upload(receipt_photo(300, 400))}
    return as_sam(here, browser).post(f"/pot/mine/{expense.public_id}/spent/", typed)


def _help(here: Scene) -> Expense:
    """Direct help for a neighbour without an account, which a coordinator asked for."""
    return money.expense(
        money.our_pot(),
        by=here.people["carla"],
        payee=None,
        ask=here.open_need.ask,
        kind=ExpenseKind.DIRECT_HELP,
        with_photo=False,
    )


def _behind_the_link(here: Scene, browser: Client) -> Any:
    return browser.get(reverse("ask_private", args=[make_link(here.open_need.ask)]))


@shows("fund/_by_link.html")
def direct_help_that_waits_by_the_private_link(here: Scene, browser: Client) -> Any:
    expense = _help(here)
    actions.open_words(expense, by=money.approver("Ann"))
    return _behind_the_link(here, browser)


@shows("fund/_by_link.html")
def direct_help_that_was_paid(here: Scene, browser: Client) -> Any:
    money.paid(_help(here), money.approver("Ben"), by=money.approver("Cleo"))
    return _behind_the_link(here, browser)


@shows("fund/_by_link.html")
def direct_help_that_arrived(here: Scene, browser: Client) -> Any:
    expense = money.paid(_help(here), money.approver("Ben"), by=money.approver("Cleo"))
    actions.say_reached(expense, by=here.open_need.ask)
    return _behind_the_link(here, browser)


@shows("fund/_by_link.html")
def direct_help_that_has_not_arrived(here: Scene, browser: Client) -> Any:
    expense = money.paid(_help(here), money.approver("Ben"), by=money.approver("Cleo"))
    actions.say_not_reached(expense, by=here.open_need.ask)
    return _behind_the_link(here, browser)


@shows("fund/_by_link.html")
def a_no_to_what_was_asked_by_the_link(here: Scene, browser: Client) -> Any:
    expense = money.asked_by_link(money.our_pot(), here.open_need.ask)
    ann = money.approver("Ann")
    actions.decline_expense(expense, saw=1, words="The pot is empty, sorry.", by=ann)
    return _behind_the_link(here, browser)


@shows("fund/_by_link.html")
def a_pot_and_nothing_asked_for(here: Scene, browser: Client) -> Any:
    money.our_pot()
    return _behind_the_link(here, browser)


@shows("fund/ask_by_link.html")
def asking_for_help_by_the_link(here: Scene, browser: Client) -> Any:
    money.our_pot()
    return browser.get(reverse("money_ask", args=[make_link(here.open_need.ask)]))


@shows("fund/ask_by_link.html")
def asking_for_help_without_an_amount(here: Scene, browser: Client) -> Any:
    money.our_pot()
    return browser.post(
        reverse("money_ask", args=[make_link(here.open_need.ask)]), {"purpose": "Milk"}
    )


@shows("fund/check.html")
def help_for_a_neighbour_with_a_code_to_check(here: Scene, browser: Client) -> Any:
    money.our_pot()
    typed = TYPED | {"for_whom": "neighbour", "ask": here.open_need.code}
    return sign_in(browser, here.people["carla"]).post("/pot/ask/help/", typed)


@shows("account/second_factor.html")
def a_second_factor_for_who_says_yes_to_money(_here: Scene, browser: Client) -> Any:
    money.our_pot()
    sign_in(browser, money.approver("Ann"), second_factor=False)
    return browser.get("/account/second-factor/")


@shows("fund/income.html")
def money_that_came_in(_here: Scene, browser: Client) -> Any:
    money.our_pot()
    return as_approver(browser)[0].get("/pot/entries/new/")


@shows("fund/set_right.html")
def an_entry_to_set_right(_here: Scene, browser: Client) -> Any:
    entry = money.our_pot().entries.get()
    return as_approver(browser)[0].get(f"/pot/entries/{entry.public_id}/")


@shows("fund/pots.html")
def pots_of_a_coordinator(here: Scene, browser: Client) -> Any:
    money.our_pot()
    return sign_in(browser, here.people["carla"]).get("/pot/pots/")


@shows("fund/pots.html")
def the_first_pot(here: Scene, browser: Client) -> Any:
    factories.set_policy(has_pot=True)
    return sign_in(browser, here.people["carla"]).get("/pot/pots/")


@shows("fund/pot_one.html")
def a_pot_opened_by_mistake(here: Scene, browser: Client) -> Any:
    pot = money.our_pot(holds=0)
    return sign_in(browser, here.people["carla"]).get(f"/pot/pots/{pot.pk}/")


@shows("fund/pot_one.html")
def a_pot_with_money_in_it(here: Scene, browser: Client) -> Any:
    pot = money.our_pot()
    return sign_in(browser, here.people["carla"]).get(f"/pot/pots/{pot.pk}/")


@shows("me/me.html")
def my_page_where_there_is_a_pot(here: Scene, browser: Client) -> Any:
    factories.set_policy(has_pot=True)
    return as_sam(here, browser).get("/me/")


@shows("needs/claim.html")
def a_task_that_may_have_cost_something(here: Scene, browser: Client) -> Any:
    factories.set_policy(has_pot=True)
    return as_sam(here, browser).get(f"/claims/{here.claim.public_id}/")
