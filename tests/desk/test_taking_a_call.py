"""Taking a call on one page: the ask is the caller's, and what may be the same is shown and stops no one."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from mutualaid.catalog.models import Category
from mutualaid.desk.call import COMPARISONS
from mutualaid.people.models import KeptForm, Role, User
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, Need
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.asking import words_and_places
from tests.support.at_once import at_once
from tests.support.calling import CALL, TYPED, call, look, taken, text
from tests.support.signing_in import time_passes

pytestmark = pytest.mark.django_db
HINT = "There may be one already"
OTHER_PAGE = {"once": "00000000-0000-0000-0000-000000000002"}


@pytest.fixture
def carlas(carla: User, signed_in: Any) -> Client:
    words_and_places()
    Category.objects.filter(slug="groceries").update(
        asks_quantity=True, may_repeat=True, asks_helpers=True
    )
    browser: Client = signed_in(carla)
    return browser


def test_it_is_the_callers_ask_and_never_that_of_who_takes_the_call(carlas, carla):
    ask = taken(carlas)
    assert (ask.account, ask.veiled_account, ask.taken_in_by) == (None, "", carla)
    assert (ask.source, ask.for_whom) == ("phone", "self")
    event = ask.needs.get().events.get(action="post")
    assert (event.actor, event.actor_kind) == (carla, "coordinator")
    assert "Groceries" not in text(carlas.get("/me/")), "it stands on no page of theirs"
    assert not ask.links.exists(), "no private link is made, so none lies in their session"


def test_all_that_was_said_is_written_down(carlas):
    ask = taken(
        carlas,
        for_whom="someone_else",
        channels=["call"],
        times="after 6",
        no_voicemail="on",
        keep_from="my landlord",
        email="ana@mail.example",
    )
    contact, need = ask.contact, ask.needs.get()
    assert (contact.name, contact.phone, contact.email) == (
        "Ana",
        "608 555 0142",
        "ana@mail.example",
    )
    assert (contact.address, contact.channels, contact.times) == ("7 Hill Road", "call", "after 6")
    assert (contact.no_voicemail, contact.keep_from) == (True, "my landlord")
    assert (need.urgency, need.people_count, need.notes.text) == (3, 2, "Milk and bread")
    assert ask.for_whom == "someone_else"
    assert need.state == "triage", "someone must not find out, so it is read first"


def test_several_kinds_are_several_needs_of_one_ask(carlas):
    factories.category("rides", parent=factories.category("transport"))
    ask = taken(carlas, category=["groceries", "rides", "rides", "", ""])
    assert sorted(need.category.slug for need in ask.needs.all()) == ["groceries", "rides"]


def test_what_comes_every_week_is_asked_for_every_week_and_what_does_not_is_told_so(carlas):
    factories.category("moving", parent=factories.category("transport"))
    weekly = {"weekdays": ["MO"], "repeat_until": a_month_from_now()}
    page = text(call(carlas, category=["moving"], **weekly))
    assert "Leave the days of the week empty." in page
    assert "<details open>" in page
    ask = taken(carlas, **weekly)
    assert ask.needs.first().series is not None


def test_they_are_written_to_in_a_language_they_speak(carlas):
    for code in ("es", "tl", "zh"):
        factories.language(code)
    assert taken(carlas, languages=["tl", "es"]).contact.language == "es"
    assert taken(carlas, **another("Bo", languages=["tl"])).contact.language == "en"
    assert taken(carlas, **another("Cy", languages=["es", "en"])).contact.language == "en"
    assert taken(carlas, **another("Di", languages=["zh"])).contact.language == "zh-hans"


def test_a_sensitive_need_names_no_account_here_either(carlas):
    factories.category("papers", parent=factories.category("rights"), sensitive=True)
    ask = taken(carlas, category=["papers"])
    assert (ask.veiled, ask.account, ask.veiled_account) == (True, None, "")


def test_add_need_leads_there(carlas):
    assert carlas.get("/admin/requests_app/need/add/")["Location"] == CALL
    assert f'href="{CALL}"' in text(carlas.get("/admin/requests_app/need/"))


# Sent twice, and by two.


def test_one_page_sent_twice_is_one_ask(carlas):
    first = taken(carlas)
    assert taken(carlas, seen=[first.code]) == first
    assert Ask.objects.count() == 1


def test_the_next_caller_typed_over_the_same_page_is_another_ask(carlas):
    taken(carlas)
    taken(carlas, name="Bo", phone="608 555 0177")
    assert Ask.objects.count() == 2


def test_of_two_who_take_the_same_caller_the_later_one_is_shown_the_other(carlas, doras):
    first = taken(doras)
    page = text(call(carlas, **OTHER_PAGE))
    assert HINT in page
    assert first.code in page
    assert Ask.objects.count() == 1
    second = taken(carlas, **OTHER_PAGE, seen=[first.code])
    hint = text(carlas.get(f"/admin/requests_app/ask/{second.pk}/change/"))
    assert first.code in hint, "and the page of the ask leads to the other as well"


@pytest.mark.django_db(transaction=True)
def test_at_the_very_same_moment_nothing_is_lost(carla, signed_in):
    words_and_places()
    dora = factories.person("Dora", Role.COORDINATOR)
    factories.set_policy(needs_open_at_once=True)
    browsers = [signed_in(carla), signed_in(dora)]
    pages = [{}, OTHER_PAGE]
    sent = at_once([partial(call, b, **p) for b, p in zip(browsers, pages, strict=True)])
    assert {answer.status_code for answer in sent} <= {200, 302}
    assert Ask.objects.count() == [answer.status_code for answer in sent].count(302) >= 1


@pytest.mark.django_db(transaction=True)
def test_one_page_sent_twice_at_once_is_one_ask(carla, signed_in):
    words_and_places()
    browsers = [signed_in(carla), signed_in(carla)]
    sent = at_once([partial(call, browser) for browser in browsers])
    assert Ask.objects.count() == 1
    assert 302 in {answer.status_code for answer in sent}


# What may be the same.


@pytest.mark.parametrize("phone", ["608-555-0142", "+1 (608) 555 0142", "0142", ""])
def test_the_same_phone_in_any_spelling_is_shown(carlas, phone):
    known = factories.ask(contact=ContactDetails(name="Olu", phone="+1 608 555 0142"))
    is_same = len(phone) > 4
    page = call(carlas, name="Bo", phone=phone)
    assert (known.code in text(page)) == is_same
    assert ("the same phone or e-mail" in text(page)) == is_same


@pytest.mark.parametrize(
    ("name", "area", "shown"),
    [
        ("ánna", "riverside", True),
        ("ANA", "riverside", True),
        ("Ina", "riverside", False),
        ("Ana", "hilltop", False),
    ],
)
def test_a_similar_name_for_the_same_kind_and_area_is_shown(carlas, name, area, shown):
    factories.locality("hilltop")
    known = factories.ask(contact=ContactDetails(name="Ana", phone="608 555 0111"))
    page = text(call(carlas, name=name, locality=area))
    assert (known.code in page) == shown
    assert ("the same kind and area, and a similar name" in page) == shown


def test_who_asks_again_after_the_help_came_is_no_duplicate(carlas, carla):
    known = factories.ask(contact=ContactDetails(name="Ana", phone=TYPED["phone"]))
    actions.close_need(known.needs.get(), by=coordinator(carla), reason=CloseReason.FULFILLED)
    taken(carlas)


def test_what_was_merged_into_another_shows_that_one(carlas, carla):
    known = factories.ask(contact=ContactDetails(name="Olu", phone=TYPED["phone"]))
    other = factories.ask(contact=ContactDetails(name="Uma", phone="608 555 0111"))
    actions.merge_asks(known, into=other, by=coordinator(carla))
    assert other.code in text(call(carlas, name="Bo"))


def test_it_is_shown_while_one_types_and_then_asks_nothing_more(carlas):
    known = factories.ask(contact=ContactDetails(name="Olu", phone=TYPED["phone"]))
    part = text(look(carlas, phone=TYPED["phone"]))
    assert f'name="seen" value="{known.code}"' in part
    taken(carlas, seen=[known.code])


def test_each_comparison_is_logged_as_a_search_and_never_for_what(carlas, carla):
    look(carlas, phone="608 555 0142")
    line = LogEntry.objects.get()
    assert (line.user, line.change_message) == (carla, "searched for a contact point")
    look(carlas, name="Ana")
    assert LogEntry.objects.count() == 1, "a name alone is not looked for"


def test_so_many_an_hour_and_then_the_call_is_taken_without(carlas, carla):
    known = factories.ask(contact=ContactDetails(name="Olu", phone=TYPED["phone"]))
    while not COMPARISONS.exceeded_until(str(carla.pk)):
        pass
    assert known.code not in text(look(carlas, phone=TYPED["phone"]))
    taken(carlas)


def test_whoever_takes_calls_alone_is_shown_only_what_they_took_in(carlas, signed_in):
    mei = factories.person("Mei", Role.INTAKE)
    meis = signed_in(mei)
    of_others = factories.ask(contact=ContactDetails(name="Olu", phone=TYPED["phone"]))
    assert of_others.code not in text(look(meis, phone=TYPED["phone"]))
    own = taken(meis)
    assert own.code in text(call(meis, **OTHER_PAGE))
    assert own.needs.get().code in text(meis.get("/admin/requests_app/need/"))


# Bad input.


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": ""}, "Write a name we can call you."),
        ({"phone": "", "address": ""}, "We need a way to reach you"),
        ({"phone": "the tall one"}, "We could not read “the tall one”."),
        ({"category": ["", "", ""]}, "Choose the nearest one."),
        ({"category": ["no-such-kind"]}, "Choose one of these."),
        ({"category": ["groceries"] + [f"k{n}" for n in range(9)]}, "Choose one of these."),
        ({"locality": ""}, "Choose your area."),
        ({"locality": "' OR 1=1"}, "Choose one of the areas in the list."),
        ({"urgency": "9"}, "Choose one of these."),
        ({"needed_by": "2020-01-01"}, "This day has passed."),
        ({"needed_by": "soon"}, "Write the day like this"),
        ({"people_count": "-1"}, "Write a number of 1 or more."),
        ({"languages": []}, "Choose at least one language."),
        ({"for_whom": "the king"}, "Choose one of these."),
        ({"channels": ["email"]}, "have a number or address for any"),
        ({"email": "x@"}, "Write an e-mail address like"),
        ({"keep_from_contact_points": "him"}, "We could not read “him”."),
        ({"notes": "x" * 3000}, "3000 letters. Use 2000 at most."),
    ],
)
def test_what_cannot_be_is_told_beside_it_and_all_that_was_typed_stays(carlas, typed, says):
    answer = call(carlas, **typed)
    page = text(answer)
    assert says in page
    assert not Ask.objects.exists()
    form = answer.context["form"]
    for name, value in (TYPED | typed).items():
        kept = form[name].value()
        sent = [one for one in value if one] if isinstance(value, list) else value
        assert (kept or type(sent)()) == sent, name


@pytest.mark.parametrize("once", ["", "x" * 500, "\0"])
def test_a_page_without_its_name_is_sent_or_told_so(carlas, once):
    assert call(carlas, once=once).status_code in (200, 302)


def test_nothing_but_its_fields_is_read(carlas, carla, rosa):
    ask = taken(carlas, account=rosa.pk, taken_in_by=rosa.pk, source="web", read_at="2020-01-01")
    assert (ask.account, ask.taken_in_by, ask.source) == (None, carla, "phone")


def test_what_the_limits_hold_back_is_told(carlas):
    factories.set_policy(asks_per_day_contact=1, needs_open_at_once=True)
    first = taken(carlas)
    assert first.needs.get().state == "open"
    answer = carlas.post(CALL, TYPED | OTHER_PAGE | {"seen": [first.code]}, follow=True)
    assert "Very many asks came with this phone or e-mail today." in text(answer)
    held = Need.objects.latest("pk")
    assert (held.state, held.held_back) == ("triage", "contact")


def test_many_calls_of_one_office_hold_no_one_back(carlas):
    factories.set_policy(asks_per_hour_network=1, asks_per_hour_site=1, needs_open_at_once=True)
    for number in range(4):
        ask = taken(carlas, **another("ABCD"[number] * 5, phone=f"608 555 020{number}"))
        assert ask.needs.get().state == "open"


def test_what_was_typed_comes_back_after_a_night(carlas, carla):
    time_passes(carlas, 14 * 3600)
    answer = call(carlas, notes="Milk " * 390)
    assert answer["Location"].startswith("/account/login/")
    assert not Ask.objects.exists()
    kept = KeptForm.objects.get(user=carla).sealed
    assert "608 555 0142" in kept
    assert "Milk " * 389 in kept
    assert f'"path": "{CALL}"' in kept


def test_what_was_typed_is_kept_whole_where_the_script_finds_the_session_over(carlas, carla):
    time_passes(carlas, 14 * 3600)
    answer = look(carlas, **TYPED)
    assert answer["Location"].endswith("?next=%2Faccount%2Ftyped%2F")
    kept = KeptForm.objects.get(user=carla).sealed
    assert "Milk and bread" in kept
    assert f'"path": "{CALL}"' in kept


def test_what_only_looks_writes_nothing_down(carlas):
    assert look(carlas, **TYPED).status_code == 200
    assert not Ask.objects.exists()


# Who may.


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.INTAKE, 200),
        (Role.COORDINATOR, 200),
        (Role.AUDITOR, 403),
        (Role.SITE_KEEPER, 403),
        (Role.VOLUNTEER, 302),
    ],
)
def test_who_takes_calls(role, status, signed_in):
    words_and_places()
    browser = signed_in(factories.person("Noor", role))
    assert browser.get(CALL).status_code == status
    assert look(browser, phone="608 555 0142").status_code == status
    sent = call(browser)
    assert Ask.objects.exists() == (status == 200), sent.status_code


def test_the_old_way_is_gone_and_asking_for_oneself_says_where_calls_are_taken(carlas, client):
    assert carlas.get("/ask/call/").status_code == 404
    assert f'href="{CALL}"' in text(carlas.get("/ask/what/"))
    assert CALL not in text(client.get("/ask/what/"))


def test_the_page_takes_as_many_queries_with_many_kinds_as_with_few(
    carlas, django_assert_max_num_queries
):
    for number in range(60):
        factories.category(f"kind-{number}", parent=factories.category("food"))
        factories.locality(f"area-{number}")
    with django_assert_max_num_queries(12):
        assert carlas.get(CALL).status_code == 200


def another(name: str, **typed: Any) -> dict[str, Any]:
    """What a page says that was opened for another caller."""
    return {"name": name, "phone": "", **typed}


def a_month_from_now() -> str:
    return (timezone.localdate() + timedelta(days=30)).isoformat()
