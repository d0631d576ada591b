"""Writing down what came in, setting it right, and opening pots."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mutualaid.fund.models import Entry, Pot
from mutualaid.fund.states import EntryKind
from tests.fund.test_pages import errors, text
from tests.support import money

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEW = "/pot/entries/new/"


@pytest.fixture
def browser(alma: Any, pot: Pot, signed_in: Any) -> Client:
    """Alma's."""
    client: Client = signed_in(alma)
    return client


def typed(**other: str) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    return {"amount": "20", "kind": EntryKind.GIFT, "on_day": today, **other}


def test_what_came_in_is_written_down(browser, pot):
    answer = browser.post(NEW, typed(), follow=True)
    assert "Written down." in text(answer)
    assert "Given" in text(answer)
    pot.refresh_from_db()
    assert pot.balance == 12_000


def test_sent_twice_it_is_written_once(browser, pot):
    key = str(uuid4())
    for _time in range(2):
        browser.post(NEW, typed(key=key))
    pot.refresh_from_db()
    assert pot.balance == 12_000


@pytest.mark.parametrize("days", [2, 400])
def test_an_entry_dated_tomorrow_is_told_beside_its_day(browser, days):
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    answer = browser.post(NEW, typed(on_day=day))
    assert errors(answer) == {"on_day": ["Choose today or an earlier day."]}
    assert 'value="20"' in answer.content.decode()
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("amount", ["0", "-5", "1e9", "12.505", ""])
def test_no_amount_is_told_beside_it(browser, amount):
    assert list(errors(browser.post(NEW, typed(amount=amount)))) == ["amount"]


def test_a_wrong_entry_is_set_right_by_another_and_stays(browser, pot):
    browser.post(NEW, typed())
    wrong = Entry.objects.get(kind=EntryKind.GIFT)
    path = f"/pot/entries/{wrong.public_id}/"
    assert "This line stays." in text(browser.get(path))
    browser.post(path, typed(amount="2"))
    assert sorted(Entry.objects.filter(pot=pot).values_list("amount", flat=True)) == [
        -2000, 200, 2000, 10_000,
    ]  # fmt: skip
    pot.refresh_from_db()
    assert pot.balance == 10_200
    assert browser.get(path).status_code == 404, "it is set right already"
    assert path not in browser.get("/pot/entries/").content.decode()


def test_one_that_never_came_is_only_taken_back(browser, pot):
    browser.post(NEW, typed())
    wrong = Entry.objects.get(kind=EntryKind.GIFT)
    browser.post(f"/pot/entries/{wrong.public_id}/", typed(amount=""))
    pot.refresh_from_db()
    assert pot.balance == 10_000


def test_money_that_is_promised_cannot_be_taken_back(browser, pot, sam, alma, bela):
    money.agreed(money.expense(pot, by=sam, amount=9000), alma, bela)
    first = Entry.objects.get()
    answer = browser.post(f"/pot/entries/{first.public_id}/", typed(amount=""), follow=True)
    assert "doesn't hold enough" in text(answer)
    pot.refresh_from_db()
    assert pot.balance == 10_000


def test_a_payment_is_not_set_right_here(browser, bought, alma, bela):
    money.paid(bought, alma, by=bela)
    payment = Entry.objects.get(kind=EntryKind.MONEY_BACK)
    assert browser.get(f"/pot/entries/{payment.public_id}/").status_code == 404


# Pots.


@pytest.fixture
def desk(alma: Any, carla: Any, signed_in: Any) -> Client:
    """Carla's, who coordinates."""
    client: Client = signed_in(carla)
    return client


def test_a_coordinator_opens_a_pot_and_names_it(desk):
    desk.post("/pot/pots/", {"name": "Winter", "currency": "eur"})
    pot = Pot.objects.get()
    assert (pot.name, pot.currency, pot.decimals) == ("Winter", "EUR", 2)
    desk.post(f"/pot/pots/{pot.pk}/", {"name": "Summer"})
    pot.refresh_from_db()
    assert pot.name == "Summer"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "", "currency": "USD"}, "name"),
        ({"name": "Winter", "currency": "US"}, "currency"),
        ({"name": "Winter", "currency": "QQQ"}, "currency"),
        ({"name": "our POT", "currency": "USD"}, "name"),
    ],
)
def test_what_is_no_pot_is_told_beside_its_field(desk, pot, sent, field):
    answer = desk.post("/pot/pots/", sent)
    assert field in errors(answer) or errors(answer).get("__all__")
    assert Pot.objects.count() == 1


def test_an_empty_pot_is_removed_and_a_used_one_stays(desk, pot):
    empty = money.our_pot("Mistake", holds=0)
    assert "Remove this pot" in text(desk.get(f"/pot/pots/{empty.pk}/"))
    desk.post(f"/pot/pots/{empty.pk}/", {"remove": "1"})
    assert "Remove this pot" not in text(desk.get(f"/pot/pots/{pot.pk}/"))
    desk.post(f"/pot/pots/{pot.pk}/", {"remove": "1"})
    assert list(Pot.objects.all()) == [pot]


def test_a_member_comes_to_no_page_of_pots(sam, pot, signed_in):
    member = signed_in(sam)
    for path in ("/pot/pots/", f"/pot/pots/{pot.pk}/"):
        assert member.get(path).status_code == 404
        assert member.post(path, {"name": "Mine", "currency": "USD"}).status_code == 404
