"""Asking the pot for money, on its own pages and from a task: what is typed, told, kept and sent."""

from uuid import uuid4

import pytest
from django.urls import reverse

from mutualaid.fund.models import Expense, Receipt
from mutualaid.fund.states import ExpenseKind
from requests_app.actions import erase_ask
from requests_app.lifecycle.actors import SITE
from tests.fund.test_pages import BACK, TYPED, errors, send, text
from tests.fund.test_pages import browser as browser
from tests.fund.test_pages import here_claim as here_claim
from tests.support import money
from tests.support.photos import receipt_photo

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_money_back_is_asked_checked_and_sent_with_a_photo(browser, sam):
    check = browser.post(BACK, TYPED)
    assert "Check your answers" in text(check)
    assert "$12.50" in text(check)
    assert not Expense.objects.exists(), "nothing is kept before it is sent"
    answer = send(browser, receipt_photo(300, 400))
    expense = Expense.objects.get()
    assert answer.headers["Location"] == reverse("pot_expense", args=[expense.public_id])
    assert (expense.kind, expense.amount, expense.payee, expense.asked_by) == (
        ExpenseKind.MONEY_BACK, 1250, sam, sam,
    )  # fmt: skip
    assert (expense.purpose, expense.payee_words) == (money.PURPOSE, money.PAYEE_WORDS)
    assert Receipt.objects.get().expense == expense


@pytest.mark.parametrize("typed", ["12.50", "12,50", "١٢٫٥٠", "१२.५०", " 12.50 "])
def test_an_amount_is_understood_in_every_script(browser, typed):
    send(browser, receipt_photo(300, 400), amount=typed)
    assert Expense.objects.get().amount == 1250


@pytest.mark.parametrize(
    "typed", ["", "0", "0.00", "-5", "1e9", "12.505", "NaN", "much", "9" * 300, "1000001"]
)
def test_what_is_no_amount_is_told_beside_it_and_all_stays_typed(browser, typed):
    for sent in ({}, {"send": "1"}):
        answer = browser.post(BACK, {**TYPED, "amount": typed, **sent})
        assert list(errors(answer)) == ["amount"]
        assert money.PURPOSE in answer.content.decode()
        assert "Error:" in answer.content.decode()
    assert not Expense.objects.exists()


def test_a_currency_without_cents_takes_whole_numbers(browser, pot, alma):
    yen = money.our_pot("Yen", currency="JPY", holds=9000)
    photo = receipt_photo(300, 400)
    assert "amount" in errors(send(browser, photo, amount="12.50", pot=str(yen.pk)))
    send(browser, photo, amount="1,250", pot=str(yen.pk))
    assert (Expense.objects.get().amount, Expense.objects.get().pot) == (1250, yen)


def test_where_there_are_several_pots_one_is_chosen(browser, pot):
    money.our_pot("Winter", holds=0)
    assert list(errors(browser.post(BACK, TYPED))) == ["pot"]
    assert list(errors(browser.post(BACK, TYPED | {"pot": "999"}))) == ["pot"]
    assert "Check your answers" in text(browser.post(BACK, TYPED | {"pot": str(pot.pk)}))


def test_a_receipt_or_a_word_is_needed_for_money_back(browser):
    answer = send(browser, None)
    assert errors(answer, "photo_form") == {
        "photo": ["Choose a photo, or tick that you have no receipt."]
    }
    assert money.PURPOSE in answer.content.decode(), "what was typed is there to be sent again"
    send(browser, None, without="on")
    assert Expense.objects.get().purpose == money.PURPOSE
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("photo", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "This is a PDF"),
        (b"hello", "can't read this file as a picture"),
        (receipt_photo(300, 400)[:900], "can't read this file as a picture"),
        (b"\xff\xd8" + bytes(40_000_000), "larger than 8 MB"),
    ],
    ids=["a PDF named .jpg", "words", "broken off", "40 MB"],
)
def test_what_is_no_receipt_is_told_beside_it_and_all_stays_typed(browser, photo, words):
    answer = send(browser, photo)
    assert words in errors(answer, "photo_form")["photo"][0]
    page = answer.content.decode()
    assert money.PURPOSE in page
    assert money.PAYEE_WORDS in page
    assert "<title>Error:" in " ".join(page.split()).replace("<title> ", "<title>")
    assert not Expense.objects.exists()


def test_beyond_all_measure_it_is_not_read_at_all(browser):
    answer = browser.post(BACK, b"", content_type="image/jpeg", CONTENT_LENGTH=str(100_000_000))
    assert answer.status_code == 413


def test_answers_can_be_changed_before_they_are_sent(browser):
    answer = browser.post(BACK, TYPED | {"change": "1"})
    assert "Continue" in text(answer)
    assert money.PURPOSE in answer.content.decode()


def test_what_is_sent_twice_is_asked_once(browser):
    key = str(uuid4())
    for _time in range(2):
        answer = send(browser, receipt_photo(300, 400), key=key)
        assert answer.headers["Location"] == f"/pot/mine/{key}/"
    assert Expense.objects.count() == 1


def test_the_key_of_someone_elses_changes_nothing(browser, pot, rosa):
    of_rosa = money.expense(pot, by=rosa, amount=99)
    answer = send(browser, receipt_photo(300, 400), key=str(of_rosa.public_id))
    assert answer.headers["Location"] == "/pot/"
    of_rosa.refresh_from_db()
    assert (of_rosa.amount, Expense.objects.count()) == (99, 1)


def test_money_ahead_needs_no_receipt_yet(browser, sam):
    check = browser.post("/pot/ask/ahead/", TYPED)
    assert "photo_form" not in check.context or check.context["photo_form"] is None
    browser.post("/pot/ask/ahead/", TYPED | {"send": "1"})
    assert (Expense.objects.get().kind, Expense.objects.get().payee) == (
        ExpenseKind.MONEY_AHEAD,
        sam,
    )


def test_direct_help_is_for_oneself(browser, sam):
    browser.post("/pot/ask/help/", TYPED | {"send": "1", "for_whom": "neighbour"})
    assert Expense.objects.get().payee == sam, "only a coordinator asks for someone else"


def test_a_coordinator_asks_for_a_neighbour_without_an_account(carla, pot, signed_in):
    desk = signed_in(carla)
    assert list(errors(desk.post("/pot/ask/help/", TYPED))) == ["for_whom"]
    desk.post("/pot/ask/help/", TYPED | {"send": "1", "for_whom": "neighbour"})
    expense = Expense.objects.get()
    assert (expense.payee, expense.asked_by) == (None, carla)


def test_no_other_way_leads_anywhere(browser):
    assert browser.get("/pot/ask/loan/").status_code == 404


def test_without_a_pot_there_is_nothing_to_ask(sam, alma, signed_in):
    browser = signed_in(sam)
    assert "There is no pot yet." in text(browser.get("/pot/"))
    assert browser.get(BACK).headers["Location"] == "/pot/"


# From a task.


def test_the_page_of_a_task_leads_to_money_back_for_it(browser, here_claim):
    page = browser.get(f"/claims/{here_claim.public_id}/").content.decode()
    path = f"{BACK}?claim={here_claim.public_id}"
    assert path in page
    assert "For your task: Groceries" in text(browser.get(path))
    browser.post(path, {**TYPED, "send": "1", "without": "on"})
    assert Expense.objects.get().claim == here_claim


def test_a_task_of_someone_else_is_not_there(here_claim, mallory, signed_in):
    for named in (here_claim.public_id, "nonsense", uuid4()):
        assert signed_in(mallory).get(f"{BACK}?claim={named}").status_code == 404


def test_of_a_task_whose_ask_was_erased_the_money_still_comes_back(browser, here_claim, sam, pot):
    asked = money.expense(pot, by=sam, claim=here_claim)
    erase_ask(here_claim.need.ask, by=SITE)
    assert browser.get(f"/pot/mine/{asked.public_id}/").status_code == 200
    path = f"{BACK}?claim={here_claim.public_id}"
    assert browser.post(path, {**TYPED, "send": "1", "without": "on"}).status_code == 302
    assert Expense.objects.count() == 2
