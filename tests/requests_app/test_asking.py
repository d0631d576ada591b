"""Asking for help: no account, one thing on a page, and one need however often it is sent."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from mutualaid.catalog.models import Category
from requests_app.access.exclusions import is_kept_from
from requests_app.models import Ask, AskContact, Need
from tests.support import asking, factories, stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _words_and_places():
    asking.words_and_places()


def test_a_neighbour_without_an_account_gets_a_need_a_link_and_a_code(client):
    link = asking.ask(client)
    need = Need.objects.get()
    assert (need.state, need.category.slug, need.locality.slug) == (
        "open",
        "groceries",
        "riverside",
    )
    assert (need.urgency, need.ask.account) == (3, None)
    contact = need.ask.contact
    assert (contact.name, contact.phone, contact.address) == ("Ana", "555 0100", "7 Hill Road")
    assert (need.notes.text, need.ask.for_whom) == ("Milk and bread", "self")
    receipt = client.get(link).content.decode()
    assert f"http://localhost:8000{link}" in receipt
    assert 'class="code"' in receipt


@pytest.mark.parametrize(
    ("channels", "texts_ok"), [([], False), (["call"], False), (["sms"], True)]
)
def test_text_messages_are_safe_only_if_they_say_so(client, channels, texts_ok):
    asking.ask(client, contact={"channels": channels})
    assert AskContact.objects.get().texts_ok == texts_ok


def test_one_page_leads_to_the_next(client):
    steps = [*asking.ANSWERS, "check"]
    for step, next_step in pairwise(steps):
        assert asking.answer(client, step).headers["Location"] == f"/ask/{next_step}/"


def test_who_jumps_ahead_comes_to_the_first_page_without_an_answer(client):
    asking.answer(client, "who")
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
    assert "&lt;" not in page
    assert "left empty" not in page, "only what was answered"
    for step in asking.ANSWERS.keys() - {"what"}:
        assert f'href="/ask/{step}/"' in page


def test_sent_twice_it_is_one_ask_and_the_same_receipt(client):
    asking.answer_all(client)
    first, second = client.post("/ask/check/"), client.post("/ask/check/")
    assert first.headers["Location"] == second.headers["Location"]
    assert (Ask.objects.count(), Need.objects.count()) == (1, 1)


def test_going_back_and_sending_again_makes_no_second_ask(client):
    asking.answer_all(client)
    draft = client.session["ask"]
    client.post("/ask/check/")
    session = client.session
    session["ask"] = draft
    session.save()
    assert client.post("/ask/check/").status_code == 302
    assert (Ask.objects.count(), Need.objects.count()) == (1, 1)


def test_after_one_need_another_can_be_asked(client):
    asking.ask(client)
    asking.ask(client)
    assert Need.objects.count() == 2


def test_who_is_signed_in_finds_their_need_again(rosa, signed_in):
    asking.ask(signed_in(rosa))
    assert Ask.objects.get().account == rosa


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


def test_every_page_has_one_heading_and_says_its_question_once(client):
    Category.objects.update(asks_quantity=True, may_repeat=True)
    asking.answer_all(client)
    for step in asking.ANSWERS:
        page = client.get(f"/ask/{step}/").content.decode().split("<main")[1]
        assert page.count("<h1") == 1, step
        heading = strip_tags("<h1" + page.split("<h1")[1].split("</h1>")[0])
        heading = heading.replace("(if you like)", "").strip()
        assert page.count(heading) == 1, (step, heading)


def test_what_was_typed_rests_encrypted_and_can_be_forgotten(client):
    asking.answer_all(client)
    assert stored.leaks(("555 0100", "7 Hill Road", "Milk and bread"), stored.every_row()) == []
    client.post("/ask/forget/")
    assert client.get("/ask/check/").headers["Location"] == "/ask/who/"


def test_after_sending_nothing_of_it_stays_in_the_session(client):
    asking.ask(client)
    assert client.get("/ask/contact/").context["form"]["name"].value() in (None, "")
    assert AskContact.objects.count() == 1


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


def test_several_kinds_are_one_ask_with_a_need_for_each(client):
    food = factories.category("food")
    for slug in ("meals", "water"):
        factories.category(slug, parent=food)
    link = asking.ask(client, kind={"category": ["groceries", "meals", "groceries"]})
    ask = Ask.objects.get()
    assert [need.category.slug for need in ask.needs.order_by("pk")] == ["groceries", "meals"]
    assert {need.notes.text for need in ask.needs.all()} == {"Milk and bread"}
    assert ask.links.count() == 1
    page = client.get(link).content.decode()
    assert "<h2" in page.split("Groceries")[0]
    assert "Meals" in page


def test_any_reason_to_read_it_first_holds_for_every_need_of_it(client):
    factories.category("meals", parent=factories.category("food"))
    asking.ask(
        client,
        kind={"category": ["groceries", "meals"]},
        contact={"keep_from_contact_points": "bo@x.example"},
    )
    assert list(Need.objects.values_list("state", flat=True)) == ["triage", "triage"]


def test_of_several_things_those_come_back_every_week_that_may(client):
    factories.category("meals", parent=factories.category("food"), may_repeat=True)
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    asking.ask(
        client,
        kind={"category": ["groceries", "meals"]},
        when={"weekdays": ["MO", "TH"], "repeat_until": until},
    )
    ask = Ask.objects.get()
    assert ask.needs.filter(category__slug="groceries").count() == 1
    assert ask.needs.filter(category__slug="meals", series__isnull=False).count() > 2


FOR_BO = {
    "agreed": "on",
    "name": "Bo Okoro",
    "asked_by": "Ana Okoro",
    "whom_to_call": "asker",
}


def ask_for_bo(client, **typed):
    asking.answer(client, "who", for_whom="someone_else")
    told = client.post("/ask/someone-else/", FOR_BO | typed)
    for step in asking.ANSWERS.keys() - {"who"}:
        asking.answer(client, step)
    return told


def test_it_is_for_oneself_if_nothing_else_is_said_and_asks_no_more_about_that(client):
    page = client.get("/ask/who/").content.decode()
    assert "checked" in page.split('value="self"')[1].split(">")[0]
    assert asking.answer(client, "who", for_whom="").headers["Location"] == "/ask/what/"
    asking.ask(client)
    contact = AskContact.objects.get()
    assert (contact.ask.for_whom, contact.asked_by, contact.whom_to_call) == ("self", "", "")


def test_for_someone_else_both_names_and_whom_to_call_are_kept(client):
    assert ask_for_bo(client).headers["Location"] == "/ask/what/"
    checked = client.get("/ask/check/").content.decode()
    assert "Asked by" in checked
    client.post("/ask/check/")
    contact = AskContact.objects.get()
    assert contact.ask.for_whom == "someone_else"
    assert (contact.name, contact.asked_by, contact.name_to_call) == (
        "Bo Okoro",
        "Ana Okoro",
        "Ana Okoro",
    )
    assert stored.leaks(("Bo Okoro", "Ana Okoro"), stored.every_row()) == []


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"agreed": ""}, "Ask them first, please."),
        ({"name": ""}, "Write a name we can call them."),
        ({"asked_by": ""}, "Write a name we can call you."),
        ({"whom_to_call": ""}, "Choose who gets the call."),
        ({"whom_to_call": "the cat"}, "Choose one of these."),
    ],
)
def test_no_one_is_asked_for_who_has_not_agreed_or_cannot_be_called(client, typed, message):
    told = ask_for_bo(client, **typed).content.decode()
    assert told.count(message) >= 2, "once in the summary, once at the field"
    assert client.post("/ask/check/").headers["Location"] == "/ask/someone-else/"
    assert not Ask.objects.exists()


def test_who_changes_it_back_to_themselves_is_asked_for_their_own_name(client):
    ask_for_bo(client)
    assert asking.answer(client, "who").headers["Location"] == "/ask/check/"
    client.post("/ask/check/")
    contact = AskContact.objects.get()
    assert (contact.name, contact.asked_by, contact.whom_to_call) == ("Ana", "", "")


@pytest.mark.parametrize(
    "typed",
    [
        "sam@people.example; bo@x.example",
        "sam@people.example bo@x.example",
        "sam@people.example\nbo@x.example",
        "sam@people.example and bo@x.example",
    ],
)
def test_it_is_kept_from_each_of_several_in_one_box_however_they_are_written(client, sam, typed):
    asking.answer_all(client, contact={"keep_from_contact_points": typed})
    checked = client.get("/ask/check/").content.decode()
    assert "2 addresses: sam@people.example, bo@x.example" in checked
    client.post("/ask/check/")
    ask = Ask.objects.get()
    assert ask.exclusions.count() == 2
    assert is_kept_from(sam, ask)


def test_the_check_says_what_was_read_in_a_box_for_the_phone(client):
    asking.answer_all(client, contact={"phone": "608 555 0142 or 608 555 0143, after six"})
    checked = client.get("/ask/check/").content.decode()
    assert "(as phone numbers we read: (608) 555-0142, (608) 555-0143)" in checked
    client.post("/ask/check/")
    assert AskContact.objects.get().contact_points()[1:], "both were read"
    asking.answer_all(client)
    assert "as phone numbers" not in client.get("/ask/check/").content.decode()


def test_what_another_tab_changed_is_shown_before_it_is_asked_for(client):
    asking.answer_all(client)
    earlier_page = asking.shown_on(client, "/ask/check/")
    asking.answer(client, "details", notes="Oat milk")
    answer = client.post("/ask/check/", {"shown": earlier_page}, follow=True)
    assert not Need.objects.exists()
    page = answer.content.decode()
    assert "Your answers have changed since you opened that page" in page
    assert "Oat milk" in page
    client.post("/ask/check/", {"shown": asking.shown_on(client, "/ask/check/")})
    assert Need.objects.get().notes.text == "Oat milk"
