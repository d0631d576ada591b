"""Asking for help: no account, one thing on a page, and one need however often it is sent."""

from itertools import pairwise

import pytest

from mutualaid.catalog.models import Category
from requests_app.models import Need, NeedContact
from tests.support import asking, factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _words_and_places():
    asking.words_and_places()


def test_a_neighbour_without_an_account_gets_her_need_her_link_and_her_code(client):
    link = asking.ask(client)
    need = Need.objects.get()
    assert (need.state, need.category.slug, need.locality.slug) == (
        "open",
        "groceries",
        "riverside",
    )
    assert (need.urgency, need.asked_by) == (3, None)
    contact = need.contact
    assert (contact.name, contact.phone, contact.address) == ("Ana", "555 0100", "7 Hill Road")
    receipt = client.get(link).content.decode()
    assert f"http://localhost:8000{link}" in receipt
    assert 'class="code"' in receipt


@pytest.mark.parametrize(
    ("channels", "texts_ok"), [([], False), (["call"], False), (["sms"], True)]
)
def test_text_messages_are_safe_only_if_she_says_so(client, channels, texts_ok):
    asking.ask(client, contact={"channels": channels})
    assert NeedContact.objects.get().texts_ok == texts_ok


def test_one_page_leads_to_the_next(client):
    steps = [*asking.ANSWERS, "check"]
    for here, following in pairwise(steps):
        assert asking.answer(client, here).headers["Location"] == f"/ask/{following}/"


def test_who_jumps_ahead_comes_to_the_first_page_without_an_answer(client):
    asking.answer(client, "what")
    assert client.get("/ask/check/").headers["Location"] == "/ask/kind/"
    assert client.post("/ask/check/").headers["Location"] == "/ask/kind/"
    assert not Need.objects.exists()


def test_an_answer_can_be_changed_and_the_check_comes_right_after(client):
    asking.answer_all(client)
    assert asking.answer(client, "when", urgency="4").headers["Location"] == "/ask/check/"
    page = client.get("/ask/check/").content.decode()
    assert "Today" in page
    client.post("/ask/check/")
    assert Need.objects.get().urgency == 4


def test_another_group_asks_for_the_kind_anew(client):
    factories.category("bread", parent=factories.category("baking"))
    asking.answer_all(client)
    assert asking.answer(client, "what", group="baking").headers["Location"] == "/ask/kind/"


def test_every_answer_stands_on_the_check_with_a_way_to_change_it(client):
    asking.answer_all(client)
    page = client.get("/ask/check/").content.decode()
    for shown in ("Groceries", "Riverside", "In two days", "Milk and bread", "Ana", "7 Hill Road"):
        assert shown in page
    assert "icon-" in page.split("<dl")[1]
    assert "&lt;" not in page
    for step in asking.ANSWERS:
        assert f'href="/ask/{step}/"' in page


def test_sent_twice_it_is_one_need_and_the_same_receipt(client):
    asking.answer_all(client)
    first, second = client.post("/ask/check/"), client.post("/ask/check/")
    assert first.headers["Location"] == second.headers["Location"]
    assert Need.objects.count() == 1


def test_going_back_and_sending_again_makes_no_second_need(client):
    asking.answer_all(client)
    draft = client.session["ask"]
    client.post("/ask/check/")
    session = client.session
    session["ask"] = draft
    session.save()
    assert client.post("/ask/check/").status_code == 302
    assert Need.objects.count() == 1


def test_after_one_need_another_can_be_asked(client):
    asking.ask(client)
    asking.ask(client)
    assert Need.objects.count() == 2


def test_who_is_signed_in_finds_her_need_again(rosa, signed_in):
    asking.ask(signed_in(rosa))
    assert Need.objects.get().asked_by == rosa


def test_a_sensitive_need_is_read_by_a_coordinator_first(client):
    factories.category("papers", parent=factories.category("food"), sensitive=True)
    link = asking.ask(client, kind={"category": "papers"})
    assert Need.objects.get().state == "triage"
    assert "A coordinator reads it first" in client.get(link).content.decode()


def test_how_many_people_is_asked_only_where_it_matters(client):
    factories.category("meals", parent=factories.category("food"), asks_quantity=True)
    asking.answer(client, "what")
    asking.answer(client, "kind", category="meals")
    assert 'name="people_count"' in client.get("/ask/details/").content.decode()
    asking.answer(client, "kind", category="groceries")
    assert 'name="people_count"' not in client.get("/ask/details/").content.decode()


def test_what_was_typed_rests_encrypted_and_can_be_forgotten(client):
    asking.answer_all(client)
    stored = str(dict(client.session))
    assert "Ana" not in stored
    assert "555" not in stored
    client.post("/ask/forget/")
    assert client.get("/ask/check/").headers["Location"] == "/ask/what/"


def test_after_sending_nothing_of_it_stays_in_the_session(client):
    asking.ask(client)
    assert client.get("/ask/contact/").context["form"]["name"].value() in (None, "")
    assert NeedContact.objects.count() == 1


def test_only_heavy_work_is_asked_for_how_many_helpers_and_one_is_enough_if_nothing_is_said(client):
    asking.answer_all(client)
    assert 'name="helpers_wanted"' not in client.get("/ask/details/").content.decode()
    Category.objects.filter(slug="groceries").update(asks_helpers=True)
    assert 'name="helpers_wanted"' in client.get("/ask/details/").content.decode()
    asking.ask(client, details={"helpers_wanted": ""})
    asking.ask(client, details={"helpers_wanted": "3"})
    assert list(Need.objects.order_by("pk").values_list("helpers_wanted", flat=True)) == [1, 3]


def test_good_times_are_asked_beside_the_day_shown_for_checking_and_kept(client):
    asking.answer_all(client, when={"week_parts": ["1", "32"]})
    assert "weekday mornings, weekend evenings" in client.get("/ask/check/").content.decode()
    client.post("/ask/check/")
    need = Need.objects.get()
    assert need.week_parts == 1 | 32
    assert need.when.endswith(", weekday mornings, weekend evenings")
