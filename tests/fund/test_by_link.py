"""Direct help on the private page of an ask, for a neighbour without an account."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mutualaid.fund import actions, rules
from mutualaid.fund.caps import Cap, cap_warnings
from mutualaid.fund.errors import NotForYou, StillWaiting
from mutualaid.fund.models import Expense, ExpenseLook, Pot
from mutualaid.fund.states import ExpenseKind, ExpenseState
from mutualaid.people.models import User
from mutualaid.retention.erasing import erase, erase_expired
from mutualaid.retention.terms import ASK
from mutualaid.transitions import StateChanged
from requests_app.access.links import make_link
from requests_app.actions import erase_ask, merge_asks
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask
from tests.fund.test_pages import errors, text
from tests.support import factories, money

pytestmark = pytest.mark.django_db
TYPED = {"amount": "20", "purpose": "The heating", "payee_words": "In cash, at the door"}


@pytest.fixture
def ask(db: None) -> Ask:
    return factories.ask()


@pytest.fixture
def link(ask: Ask) -> str:
    return f"/need/{make_link(ask)}/"


@pytest.fixture
def help_for(pot: Pot, ask: Ask, carla: User) -> Expense:
    """$12.50 that Carla asks for, to whoever sent the ask."""
    return money.expense(
        pot, by=carla, payee=None, ask=ask, kind=ExpenseKind.DIRECT_HELP, with_photo=False
    )


@pytest.fixture
def paid(help_for: Expense, alma: User, bela: User) -> Expense:
    return money.paid(help_for, alma, by=bela)


def answer(link: str, expense: Expense, word: str) -> Any:
    return Client().post(f"{link}money/{expense.public_id}/", {word: "1"}, follow=True)


def state(expense: Expense) -> str:
    expense.refresh_from_db()
    return str(expense.state)


def test_the_page_says_how_it_stands_and_names_no_one(link, help_for, carla, alma, bela):
    page = text(Client().get(link))
    assert "Direct help: $12.50" in page
    assert "It waits for 1 yes." in page
    money.agreed(help_for, alma)
    assert "Agreed. Now someone pays it out." in text(Client().get(link))
    money.pay(help_for, bela)
    page = text(Client().get(link))
    assert "Did it reach you?" in page
    for word in ("Alma", "Bela", "Carla", money.PURPOSE, money.PAYEE_WORDS):
        assert word not in page


@pytest.mark.parametrize(
    ("word", "becomes"), [("yes", ExpenseState.REACHED), ("no", ExpenseState.NOT_REACHED)]
)
def test_they_say_whether_it_reached_them(link, paid, word, becomes):
    assert "Thank you" in text(answer(link, paid, word))
    assert state(paid) == becomes


def test_they_may_think_again(link, paid):
    for word, becomes in (("yes", "reached"), ("no", "not_reached"), ("yes", "reached")):
        answer(link, paid, word)
        assert state(paid) == becomes


def test_no_other_link_answers_for_them(paid):
    other = f"/need/{make_link(factories.ask())}/"
    assert answer(other, paid, "yes").status_code == 404
    assert "Direct help" not in text(Client().get(other))
    with pytest.raises(NotForYou):
        actions.say_reached(paid, by=factories.ask())
    assert state(paid) == ExpenseState.PAID


def test_looking_writes_nothing(link, paid):
    assert Client().get(f"{link}money/{paid.public_id}/").status_code == 302
    assert state(paid) == ExpenseState.PAID


def test_they_see_how_often_it_was_opened(link, help_for, alma):
    actions.open_words(help_for, by=alma)
    assert "have opened this 1 time" in text(Client().get(link))


def test_they_ask_themselves_and_approvers_decide(link, pot, ask, alma, bela):
    page = Client().post(f"{link}money/ask/", TYPED, follow=True)
    assert "Sent." in text(page)
    expense = Expense.objects.get()
    assert (expense.ask, expense.asked_by, expense.payee) == (ask, None, None)
    assert (expense.amount, expense.purpose) == (20_00, "The heating")
    actions.approve_expense(expense, saw=1, by=alma)
    assert state(expense) == ExpenseState.ASKED, "who sent the ask may be the one who says yes"
    money.paid(expense, bela, by=bela)
    answer(link, expense, "yes")
    assert state(expense) == ExpenseState.REACHED


def test_approvers_read_that_it_came_by_a_private_link(pot, ask, help_for, alma, signed_in):
    by_link = money.asked_by_link(pot, ask)
    browser, told = signed_in(alma), f"Someone with the private link of ask {ask.code}."
    assert told in text(browser.post(f"/pot/waiting/{by_link.public_id}/"))
    assert told not in text(browser.post(f"/pot/waiting/{help_for.public_id}/"))


def test_what_never_arrived_and_was_closed_is_no_debt(link, ask, paid, alma, bela):
    answer(link, paid, "no")
    actions.start_write_off(paid, saw=0, came_back=0, by=alma)
    actions.write_off(paid, saw=1, on_day=timezone.localdate(), by=bela)
    page = text(Client().get(link))
    assert "If it never reached you, you can ask again." in page
    assert "You owe us" not in page


def test_what_is_sent_twice_is_asked_once(link, pot):
    typed = TYPED | {"key": str(uuid4())}
    for _again in range(2):
        Client().post(f"{link}money/ask/", typed)
    assert Expense.objects.count() == 1


def test_a_wrong_amount_is_told_beside_its_field(link, pot):
    page = Client().post(f"{link}money/ask/", TYPED | {"amount": "-5"})
    assert list(errors(page)) == ["amount"]
    assert "The heating" in page.content.decode()
    assert not Expense.objects.exists()


def test_caps_turn_no_one_away(link, pot):
    Pot.objects.update(month_per_household=1, month_in_all=1)
    Client().post(f"{link}money/ask/", TYPED)
    assert Expense.objects.get().state == ExpenseState.ASKED


def test_only_so_many_wait_at_once_for_one_link(link, pot, ask, alma):
    first, *_others = (money.asked_by_link(pot, ask) for _one in range(3))
    page = Client().post(f"{link}money/ask/", TYPED, follow=True)
    assert "is still being looked at" in text(page)
    with pytest.raises(StillWaiting):
        money.asked_by_link(pot, ask)
    actions.decline_expense(first, saw=1, words="Sorry", by=alma)
    assert money.asked_by_link(pot, ask).state == ExpenseState.ASKED


def test_they_take_it_back_and_read_why_not(link, pot, ask, alma):
    first, second = (money.asked_by_link(pot, ask) for _one in range(2))
    answer(link, first, "withdraw")
    assert state(first) == ExpenseState.WITHDRAWN
    actions.decline_expense(second, saw=1, words="The pot is empty, sorry.", by=alma)
    assert "The pot is empty, sorry." in text(Client().get(link))


def test_why_not_is_for_who_asked(link, help_for, alma):
    actions.decline_expense(help_for, saw=1, words="Ask the food bank.", by=alma)
    page = text(Client().get(link))
    assert "It isn't possible this time." in page
    assert "food bank" not in page


def test_whoever_has_an_account_asks_on_their_own_page(pot, vera):
    own = factories.need(account=vera).ask
    link = f"/need/{make_link(own)}/"
    assert "Ask for money" not in text(Client().get(link))
    Client().post(f"{link}money/ask/", TYPED)
    assert not Expense.objects.exists()
    with pytest.raises(NotForYou):
        money.asked_by_link(pot, own)


def test_without_a_pot_there_is_nothing(link, paid):
    factories.set_policy(has_pot=False)
    page = Client().get(link).content.decode()
    assert "/money/" not in page
    assert "Direct help" not in page
    for path in ("ask/", f"{paid.public_id}/"):
        assert Client().post(f"{link}money/{path}", TYPED | {"yes": "1"}).status_code == 404
    assert state(paid) == ExpenseState.PAID


def test_the_page_of_a_site_without_a_pot_asks_for_no_pot(link, pot):
    with_pot = _queries(link)
    factories.set_policy(has_pot=False)
    without = _queries(link)
    assert any("fund_" in sql for sql in with_pot)
    assert not [sql for sql in without if "fund_" in sql]


def _queries(link: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        Client().get(link)
    return [query["sql"] for query in captured]


def test_a_coordinator_names_the_ask_by_its_code(pot, ask, carla, signed_in):
    typed = TYPED | {"for_whom": "neighbour", "ask": f"#{ask.needs.get().code}", "send": "1"}
    signed_in(carla).post("/pot/ask/help/", typed)
    assert Expense.objects.get().ask == ask


@pytest.mark.parametrize("code", ["00000000", "of Rosa", "account"])
def test_a_code_that_leads_to_no_one_is_told_beside_its_field(pot, carla, vera, signed_in, code):
    code = code.replace("account", factories.need(account=vera).code)
    typed = TYPED | {"for_whom": "neighbour", "ask": code, "send": "1"}
    page = signed_in(carla).post("/pot/ask/help/", typed)
    assert list(errors(page)) == ["ask"]
    assert not Expense.objects.exists()


def test_only_coordinators_name_an_ask(pot, ask, sam):
    with pytest.raises(NotForYou):
        money.money_back(pot, sam, kind=ExpenseKind.DIRECT_HELP, payee=None, ask=ask)


def test_no_one_decides_on_help_for_their_own_ask(pot, ask, alma, help_for):
    Ask.objects.filter(pk=ask.pk).update(account=alma)
    with pytest.raises(NotForYou):
        actions.approve_expense(help_for, saw=1, by=alma)
    assert help_for not in Expense.objects.waiting_for(alma)


@pytest.mark.parametrize("kept", ["theirs", "the other"])
def test_no_one_decides_on_help_for_an_ask_put_together_with_their_own(
    pot, ask, alma, bela, carla, help_for, kept
):
    own = factories.need(account=alma).ask
    first, into = (ask, own) if kept == "theirs" else (own, ask)
    merge_asks(first, into=into, by=coordinator(carla))
    with pytest.raises(NotForYou):
        actions.approve_expense(help_for, saw=1, by=alma)
    assert help_for not in Expense.objects.waiting_for(alma)
    assert help_for in Expense.objects.waiting_for(bela)
    actions.approve_expense(help_for, saw=1, by=bela)
    assert rules.waits_for_no_one(help_for)


def test_the_warning_counts_what_the_household_gets_by_every_ask(pot, ask, alma, bela, carla):
    other = factories.ask()
    money.agreed(money.asked_by_link(pot, other), alma, bela)
    merge_asks(other, into=ask, by=coordinator(carla))
    Pot.objects.update(month_per_household=30_00)
    pot.refresh_from_db()
    warning, *_others = cap_warnings(money.asked_by_link(pot, ask))
    assert (warning.cap, warning.total) == (Cap.HOUSEHOLD, 40_00)


def test_their_copy_of_their_data_has_it(link, pot, ask, paid, alma):
    actions.open_words(money.asked_by_link(pot, ask), by=alma)
    copy = Client().post(f"{link}data/download/").json()
    first, second = copy["money_from_our_pot"]
    assert (first["state"], first["amount"]) == ("paid", "$12.50")
    assert not {"what_it_is_for", "who_gets_it_and_how", "why_not"} & set(first)
    assert (second["what_it_is_for"], second["why_not"]) == (money.PURPOSE, "")
    assert len(second["when_someone_looked_at_that"]) == 1


def test_a_copy_where_there_was_no_money_says_nothing_of_it(link):
    assert "money_from_our_pot" not in Client().post(f"{link}data/download/").json()


@pytest.mark.parametrize("by_link", [True, False])
def test_what_is_not_paid_ends_with_the_ask(pot, ask, carla, alma, bela, by_link):
    expense = (
        money.asked_by_link(pot, ask)
        if by_link
        else money.money_back(pot, carla, kind=ExpenseKind.DIRECT_HELP, payee=None, ask=ask)
    )
    money.agreed(expense, alma, bela)
    assert money.stands(pot)[1] > 0
    erase_ask(ask)
    expense = Expense.objects.get(pk=expense.pk)
    assert (expense.state, expense.ask, expense.purpose) == (ExpenseState.WITHDRAWN, None, "")
    assert money.stands(pot) == (100_00, 0)


def test_what_was_paid_stays_without_words(pot, ask, paid, alma):
    actions.open_words(paid, by=alma)
    erase(ASK, [ask.pk])
    kept = Expense.objects.get(pk=paid.pk)
    assert (kept.state, kept.ask) == (ExpenseState.PAID, None)
    assert (kept.purpose, kept.payee_words) == ("", "")
    assert not ExpenseLook.objects.exists()


def test_what_did_not_arrive_is_left_to_approvers_once_the_ask_is_gone(pot, ask, alma, bela):
    expense = money.paid(money.asked_by_link(pot, ask), alma, bela, by=bela)
    actions.say_not_reached(expense, by=ask)
    erase_ask(ask)
    expense = Expense.objects.get(pk=expense.pk)
    assert expense in Expense.objects.waiting_for(alma)
    actions.take_back_payment(expense, saw=expense.version, by=alma)
    assert (expense.state, money.stands(pot)) == (ExpenseState.WITHDRAWN, (100_00, 0))


def test_nothing_is_asked_for_an_ask_that_was_erased(pot, ask):
    erase_ask(ask)
    with pytest.raises(StateChanged):
        money.asked_by_link(pot, ask)


def test_help_for_asks_that_were_put_together_is_on_the_page_of_both(link, ask, paid):
    other = factories.ask()
    Ask.objects.filter(pk=ask.pk).update(merged_into=other)
    page = text(Client().get(f"/need/{make_link(other)}/"))
    assert "Direct help: $12.50" in page


def test_when_its_figures_stand_no_one_knows_whose_it_was(paid):
    long_ago = timezone.now() - timedelta(days=400)
    Expense.objects.update(payee_known_until=long_ago, ended_at=long_ago)
    erase_expired()
    assert Expense.objects.get().ask is None
