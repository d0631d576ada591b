"""The page of the pot, and asking it for money: what members see, type and get back."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from dateutil.relativedelta import relativedelta
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from mutualaid.fund.actions import pay_expense, pledge, say_reached, write_gift
from mutualaid.fund.models import Expense, Pledge, Pot, Receipt
from mutualaid.fund.states import ExpenseKind, ExpenseState
from mutualaid.fund.templatetags.fund import money
from mutualaid.matching.actions import accept, match_for
from requests_app.actions import erase_ask
from requests_app.lifecycle.actors import SITE
from requests_app.models import Claim
from tests.support import factories, pots
from tests.support.photos import as_upload, receipt_photo

pytestmark = pytest.mark.django_db
BACK = "/pot/ask/back/"
TYPED = {"amount": "12.50", "purpose": pots.PURPOSE, "payee_words": pots.PAYEE_WORDS}


@pytest.fixture
def browser(sam: Any, pot: Pot, signed_in: Any) -> Client:
    """Sam's."""
    client: Client = signed_in(sam)
    return client


def text(answer: Any) -> str:
    """What one reads on a page, in one line."""
    page = re.sub(r"</?bdi>", "", answer.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def errors(answer: Any, form: str = "form") -> dict[str, list[str]]:
    return {name: list(each) for name, each in answer.context[form].errors.items()}


def send(browser: Client, photo: bytes | None, **typed: str) -> Any:
    files = {"photo": as_upload(photo)} if photo is not None else {}
    return browser.post(BACK, {**TYPED, "send": "1", **typed, **files})


@pytest.fixture
def here_claim(sam: Any) -> Claim:
    """Sam said yes to groceries."""
    factories.offer(by=sam)
    match = match_for(sam, factories.need())
    assert match
    return accept(match)


# What one sees.


def test_it_says_what_the_pot_holds_and_has_promised(browser, bought, alma):
    pots.agreed(bought, alma)
    page = text(browser.get("/pot/"))
    assert "In the pot $100.00" in page
    assert "Promised $12.50" in page


def test_it_says_what_came_in_and_went_out_by_month(browser, bought, alma, bela):
    pots.paid(bought, alma, by=bela)
    page = browser.get("/pot/")
    months = page.context["months"]
    assert [(line.came_in, line.went_out) for line in months] == [(10_000, 1250), *[(0, 0)] * 3]
    assert months[0].month == timezone.localdate().replace(day=1)


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        (0, ""),
        (3_000, "At this rate it lasts about 7 months."),
        (9_999, "At this rate it lasts less than a month."),
        (100, "At this rate it lasts more than two years."),
    ],
)
def test_it_says_how_long_the_money_lasts(browser, pot, sam, alma, bela, cora, spent, words):
    first = timezone.localdate().replace(day=1) - relativedelta(months=3)
    write_gift(pot, amount=1, on_day=first, by=alma)
    if spent:
        asked = pots.agreed(pots.expense(pot, by=sam, amount=spent), alma, bela, cora)
        pay_expense(asked, saw=asked.version, on_day=first, by=cora)
    page = text(browser.get("/pot/"))
    assert words in page
    assert ("At this rate" in page) == bool(words)


def test_several_pots_are_shown_one_at_a_time(browser, pot, alma):
    other = pots.pot("Winter", currency="JPY", holds=4200)
    assert "$100.00" in text(browser.get("/pot/"))
    page = text(browser.get(f"/pot/?pot={other.pk}"))
    assert "¥4,200" in page
    assert "$100.00" not in page
    assert "$100.00" in text(browser.get("/pot/?pot=nonsense"))


def test_the_entries_name_no_one(browser, bought, alma, bela):
    pots.paid(bought, alma, by=bela)
    page = text(browser.get("/pot/entries/"))
    assert "Money back" in page
    assert "-$12.50" in page
    assert not [name for name in ("Sam", "Alma", "Bela", pots.PURPOSE) if name in page]


@pytest.mark.parametrize("many", [1, 3, 40])
def test_lists_ask_the_database_a_few_times(
    browser, pot, sam, alma, many, django_assert_max_num_queries
):
    for _one in range(many):
        pots.expense(pot, by=sam, with_photo=False)
        write_gift(pot, amount=100, on_day=timezone.localdate(), by=alma)
    for path in ("/pot/entries/", "/pot/"):
        with django_assert_max_num_queries(12):
            page = browser.get(path)
        assert len(page.content) < 50_000


def test_an_approver_asks_the_database_no_more_often(
    bought, alma, signed_in, django_assert_max_num_queries
):
    browser = signed_in(alma)
    with django_assert_max_num_queries(12):
        browser.get("/pot/")


def test_my_own_expenses_stand_there_with_their_state(browser, bought, mallory, signed_in):
    page = text(browser.get("/pot/"))
    assert "Money back: $12.50" in page
    assert "waits for a yes" in page
    assert "waits for a yes" not in text(signed_in(mallory).get("/pot/"))


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "$1,234.50"),
        ("es", "1.234,50 US$"),
        ("ru", "1\xa0234,50 $"),
        ("fr", "1\u202f234,50 $US"),
    ],
)
def test_on_a_narrow_page_an_amount_breaks_beside_its_currency_alone(language, written):
    with translation.override(language):
        assert money(123_450, Pot(currency="USD", decimals=2)) == f"<bdi>{written}</bdi>"


# Pledges.


def test_a_pledge_is_for_oneself_and_the_sum(browser, pot, sam, signed_in):
    answer = browser.post(f"/pot/pots/{pot.pk}/pledge/", {"monthly": "7,50"}, follow=True)
    assert "You mean to give $7.50 each month." in text(answer)
    others = [factories.person() for _one in range(4)]
    for other in others[:-1]:
        pledge(pot, monthly=1000, by=other)
    assert "We mean to give" not in text(browser.get("/pot/")), "of four one could work it out"
    pledge(pot, monthly=1000, by=others[-1])
    page = text(signed_in(others[0]).get("/pot/"))
    assert "We mean to give each month $47.50" in page
    assert "$7.50" not in page


def test_nothing_typed_takes_a_pledge_out(browser, pot, sam):
    pledge(pot, monthly=1000, by=sam)
    browser.post(f"/pot/pots/{pot.pk}/pledge/", {"monthly": ""})
    assert not Pledge.objects.exists()


def test_nonsense_is_told_beside_the_field_and_kept(browser, pot):
    answer = browser.post(f"/pot/pots/{pot.pk}/pledge/", {"monthly": "much"})
    assert "monthly" in errors(answer)
    assert 'value="much"' in answer.content.decode()


def test_who_would_look_after_it_says_so_and_takes_it_back(browser, sam):
    assert "members can propose you" in text(
        browser.post("/pot/people/ready/", {"ready": "1"}, follow=True)
    )
    assert "You said that you would do it" in text(browser.get("/pot/people/"))
    browser.post("/pot/people/ready/", {"not_ready": "1"})
    assert "Would you do it?" in text(browser.get("/pot/people/"))


# Asking.


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
    assert (expense.purpose, expense.payee_words) == (pots.PURPOSE, pots.PAYEE_WORDS)
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
        assert pots.PURPOSE in answer.content.decode()
        assert "Error:" in answer.content.decode()
    assert not Expense.objects.exists()


def test_a_currency_without_cents_takes_whole_numbers(browser, pot, alma):
    yen = pots.pot("Yen", currency="JPY", holds=9000)
    photo = receipt_photo(300, 400)
    assert "amount" in errors(send(browser, photo, amount="12.50", pot=str(yen.pk)))
    send(browser, photo, amount="1,250", pot=str(yen.pk))
    assert (Expense.objects.get().amount, Expense.objects.get().pot) == (1250, yen)


def test_where_there_are_several_pots_one_is_chosen(browser, pot):
    pots.pot("Winter", holds=0)
    assert list(errors(browser.post(BACK, TYPED))) == ["pot"]
    assert list(errors(browser.post(BACK, TYPED | {"pot": "999"}))) == ["pot"]
    assert "Check your answers" in text(browser.post(BACK, TYPED | {"pot": str(pot.pk)}))


def test_a_receipt_or_a_word_is_needed_for_money_back(browser):
    answer = send(browser, None)
    assert errors(answer, "photo_form") == {
        "photo": ["Choose a photo, or tick that you have no receipt."]
    }
    assert pots.PURPOSE in answer.content.decode(), "what was typed is there to be sent again"
    send(browser, None, without="on")
    assert Expense.objects.get().purpose == pots.PURPOSE
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
    assert pots.PURPOSE in page
    assert pots.PAYEE_WORDS in page
    assert "<title>Error:" in " ".join(page.split()).replace("<title> ", "<title>")
    assert not Expense.objects.exists()


def test_beyond_all_measure_it_is_not_read_at_all(browser):
    answer = browser.post(BACK, b"", content_type="image/jpeg", CONTENT_LENGTH=str(100_000_000))
    assert answer.status_code == 413


def test_answers_can_be_changed_before_they_are_sent(browser):
    answer = browser.post(BACK, TYPED | {"change": "1"})
    assert "Continue" in text(answer)
    assert pots.PURPOSE in answer.content.decode()


def test_what_is_sent_twice_is_asked_once(browser):
    key = str(uuid4())
    for _time in range(2):
        answer = send(browser, receipt_photo(300, 400), key=key)
        assert answer.headers["Location"] == f"/pot/mine/{key}/"
    assert Expense.objects.count() == 1


def test_the_key_of_someone_elses_changes_nothing(browser, pot, rosa):
    of_rosa = pots.expense(pot, by=rosa, amount=99)
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
    asked = pots.expense(pot, by=sam, claim=here_claim)
    erase_ask(here_claim.need.ask, by=SITE)
    assert browser.get(f"/pot/mine/{asked.public_id}/").status_code == 200
    path = f"{BACK}?claim={here_claim.public_id}"
    assert browser.post(path, {**TYPED, "send": "1", "without": "on"}).status_code == 302
    assert Expense.objects.count() == 2


# What becomes of it.


def test_its_page_says_how_it_stands_and_what_comes_next(browser, bought, sam, alma, bela):
    path = f"/pot/mine/{bought.public_id}/"
    assert "It waits for 1 yes." in text(browser.get(path))
    pots.agreed(bought, alma)
    assert "Agreed. Now someone pays it out." in text(browser.get(path))
    pots.paid(bought, by=bela)
    assert "Did it reach you?" in text(browser.get(path))
    say_reached(bought, by=sam)
    assert "It arrived. Thank you for telling us." in text(browser.get(path))


def test_where_too_few_can_say_yes_it_says_so(browser, bought):
    assert "Too few people can say yes yet." in text(browser.get(f"/pot/mine/{bought.public_id}/"))


def test_it_reached_me_in_one_press(browser, bought, alma, bela):
    pots.paid(bought, alma, by=bela)
    path = f"/pot/mine/{bought.public_id}/answer/"
    browser.post(path, {"no": "1"})
    bought.refresh_from_db()
    assert bought.state == ExpenseState.NOT_REACHED
    browser.post(path, {"yes": "1"})
    bought.refresh_from_db()
    assert bought.state == ExpenseState.REACHED


def test_a_change_voids_a_yes_and_says_so_before(browser, bought, alma):
    pots.agreed(bought, alma)
    path = f"/pot/mine/{bought.public_id}/change/"
    page = browser.get(path)
    assert "it waits for a yes again" in text(page)
    assert page.context["form"]["amount"].value() == "12.50"
    browser.post(path, TYPED | {"amount": "9", "saw": "1"})
    bought.refresh_from_db()
    assert (bought.state, bought.amount, bought.version) == (ExpenseState.ASKED, 900, 2)


def test_what_is_saved_unchanged_voids_nothing(browser, bought, alma):
    pots.agreed(bought, alma)
    browser.post(f"/pot/mine/{bought.public_id}/change/", TYPED | {"saw": "1"})
    bought.refresh_from_db()
    assert (bought.state, bought.version) == (ExpenseState.APPROVED, 1)


def test_a_change_of_an_old_page_is_not_made(browser, bought):
    path = f"/pot/mine/{bought.public_id}/change/"
    browser.post(path, TYPED | {"amount": "9", "saw": "1"})
    answer = browser.post(path, TYPED | {"amount": "8", "saw": "1"}, follow=True)
    assert "changed after you opened it" in text(answer)
    bought.refresh_from_db()
    assert bought.amount == 900


def test_another_photo_takes_the_place_of_the_first(browser, bought, alma):
    pots.agreed(bought, alma)
    path, before = f"/pot/mine/{bought.public_id}/photo/", bought.receipt.pk
    assert "photo" in errors(browser.post(path, {}))
    browser.post(path, {"photo": as_upload(receipt_photo(320, 400))})
    bought.refresh_from_db()
    assert bought.state == ExpenseState.ASKED
    assert Receipt.objects.get().pk != before
    browser.post(path, {"remove": "1"})
    assert not Receipt.objects.exists()


def test_it_is_taken_back(browser, bought):
    browser.post(f"/pot/mine/{bought.public_id}/withdraw/")
    bought.refresh_from_db()
    assert bought.state == ExpenseState.WITHDRAWN
    assert "Take it back" not in text(browser.get(f"/pot/mine/{bought.public_id}/"))


def test_of_money_ahead_one_says_what_was_spent(browser, pot, sam, alma, bela):
    ahead = pots.expense(pot, by=sam, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    path = f"/pot/mine/{ahead.public_id}/spent/"
    assert browser.get(path).status_code == 302, "nothing was paid yet"
    pots.paid(ahead, alma, by=bela)
    assert "You got $12.50." in text(browser.get(path))
    assert "more than you got" in errors(browser.post(path, {"spent": "12.51"}))["spent"][0]
    photo = as_upload(receipt_photo(300, 400))
    browser.post(path, {"spent": "10", "photo": photo})
    ahead.refresh_from_db()
    assert (ahead.state, ahead.spent, Receipt.objects.count()) == (ExpenseState.SPENT, 1000, 1)


@pytest.mark.parametrize("nothing", ["0", "0.00", "٠"])
def test_nothing_may_have_been_spent(browser, pot, sam, alma, bela, nothing):
    ahead = pots.expense(pot, by=sam, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    pots.paid(ahead, alma, by=bela)
    browser.post(f"/pot/mine/{ahead.public_id}/spent/", {"spent": nothing})
    ahead.refresh_from_db()
    assert ahead.spent == 0


def test_a_page_in_another_language_keeps_what_was_typed(browser):
    answer = browser.post(BACK, TYPED | {"in_language": "ar"})
    page = answer.content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert pots.PURPOSE in page


def test_a_coordinator_is_led_to_open_the_first_pot(signed_in, carla, sam):
    factories.set_policy(has_pot=True)
    assert 'href="/pot/pots/"' in signed_in(carla).get("/pot/").content.decode()
    assert 'href="/pot/pots/"' not in signed_in(sam).get("/pot/").content.decode()
