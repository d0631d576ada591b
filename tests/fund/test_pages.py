"""The pages of the pot: what members see of it, pledge, and do with what they asked for."""

import re
from html import unescape
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.test import Client
from django.utils import timezone, translation

from mutualaid.fund.actions import pay_expense, pledge, say_reached, write_gift
from mutualaid.fund.models import Pledge, Pot, Receipt
from mutualaid.fund.states import ExpenseKind, ExpenseState
from mutualaid.fund.templatetags import fund
from mutualaid.matching.actions import accept, match_for
from requests_app.models import Claim
from tests.support import factories, money
from tests.support.photos import as_upload, receipt_photo

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
BACK = "/pot/ask/back/"
TYPED = {"amount": "12.50", "purpose": money.PURPOSE, "payee_words": money.PAYEE_WORDS}


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
    money.agreed(bought, alma)
    page = text(browser.get("/pot/"))
    assert "In the pot $100.00" in page
    assert "Promised $12.50" in page


def test_it_says_what_came_in_and_went_out_by_month(browser, bought, alma, bela):
    money.paid(bought, alma, by=bela)
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
        asked = money.agreed(money.expense(pot, by=sam, amount=spent), alma, bela, cora)
        pay_expense(asked, saw=asked.version, on_day=first, by=cora)
    page = text(browser.get("/pot/"))
    assert words in page
    assert ("At this rate" in page) == bool(words)


def test_several_pots_are_shown_one_at_a_time(browser, pot, alma):
    other = money.our_pot("Winter", currency="JPY", holds=4200)
    assert "$100.00" in text(browser.get("/pot/"))
    page = text(browser.get(f"/pot/?pot={other.pk}"))
    assert "¥4,200" in page
    assert "$100.00" not in page
    assert "$100.00" in text(browser.get("/pot/?pot=nonsense"))


def test_the_entries_name_no_one(browser, bought, alma, bela):
    money.paid(bought, alma, by=bela)
    page = text(browser.get("/pot/entries/"))
    assert "Money back" in page
    assert "-$12.50" in page
    assert not [name for name in ("Sam", "Alma", "Bela", money.PURPOSE) if name in page]


@pytest.mark.parametrize("many", [1, 3, 40])
def test_lists_ask_the_database_a_few_times(
    browser, pot, sam, alma, many, django_assert_max_num_queries
):
    for _one in range(many):
        money.expense(pot, by=sam, with_photo=False)
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
        assert fund.money(123_450, Pot(currency="USD", decimals=2)) == f"<bdi>{written}</bdi>"


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


# What becomes of it.


def test_its_page_says_how_it_stands_and_what_comes_next(browser, bought, sam, alma, bela):
    path = f"/pot/mine/{bought.public_id}/"
    assert "It waits for 1 yes." in text(browser.get(path))
    money.agreed(bought, alma)
    assert "Agreed. Now someone pays it out." in text(browser.get(path))
    money.paid(bought, by=bela)
    assert "Did it reach you?" in text(browser.get(path))
    say_reached(bought, by=sam)
    assert "It arrived. Thank you for telling us." in text(browser.get(path))


def test_where_too_few_can_say_yes_it_says_so(browser, bought):
    assert "Too few people can say yes yet." in text(browser.get(f"/pot/mine/{bought.public_id}/"))


def test_it_reached_me_in_one_press(browser, bought, alma, bela):
    money.paid(bought, alma, by=bela)
    path = f"/pot/mine/{bought.public_id}/answer/"
    browser.post(path, {"no": "1"})
    bought.refresh_from_db()
    assert bought.state == ExpenseState.NOT_REACHED
    browser.post(path, {"yes": "1"})
    bought.refresh_from_db()
    assert bought.state == ExpenseState.REACHED


def test_a_change_voids_a_yes_and_says_so_before(browser, bought, alma):
    money.agreed(bought, alma)
    path = f"/pot/mine/{bought.public_id}/change/"
    page = browser.get(path)
    assert "it waits for a yes again" in text(page)
    assert page.context["form"]["amount"].value() == "12.50"
    browser.post(path, TYPED | {"amount": "9", "saw": "1"})
    bought.refresh_from_db()
    assert (bought.state, bought.amount, bought.version) == (ExpenseState.ASKED, 900, 2)


def test_what_is_saved_unchanged_voids_nothing(browser, bought, alma):
    money.agreed(bought, alma)
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
    money.agreed(bought, alma)
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
    ahead = money.expense(pot, by=sam, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    path = f"/pot/mine/{ahead.public_id}/spent/"
    assert browser.get(path).status_code == 302, "nothing was paid yet"
    money.paid(ahead, alma, by=bela)
    assert "You got $12.50." in text(browser.get(path))
    assert "more than you got" in errors(browser.post(path, {"spent": "12.51"}))["spent"][0]
    photo = as_upload(receipt_photo(300, 400))
    browser.post(path, {"spent": "10", "photo": photo})
    ahead.refresh_from_db()
    assert (ahead.state, ahead.spent, Receipt.objects.count()) == (ExpenseState.SPENT, 1000, 1)


@pytest.mark.parametrize("nothing", ["0", "0.00", "٠"])
def test_nothing_may_have_been_spent(browser, pot, sam, alma, bela, nothing):
    ahead = money.expense(pot, by=sam, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    money.paid(ahead, alma, by=bela)
    browser.post(f"/pot/mine/{ahead.public_id}/spent/", {"spent": nothing})
    ahead.refresh_from_db()
    assert ahead.spent == 0


def test_a_page_in_another_language_keeps_what_was_typed(browser):
    answer = browser.post(BACK, TYPED | {"in_language": "ar"})
    page = answer.content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert money.PURPOSE in page


def test_a_coordinator_is_led_to_open_the_first_pot(signed_in, carla, sam):
    factories.set_policy(has_pot=True)
    assert 'href="/pot/pots/"' in signed_in(carla).get("/pot/").content.decode()
    assert 'href="/pot/pots/"' not in signed_in(sam).get("/pot/").content.decode()
