"""Somebody on the phone says their number: a coordinator finds what they asked, and nothing else."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from mutualaid.desk.finding import MOST_SEARCHED, MOST_SHOWN
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people import roles
from mutualaid.people.models import AccountContactPoint, Role
from requests_app.actions import (
    ContactDetails,
    NotForYou,
    erase_ask,
    exclude,
    find_asks_made_with,
    merge_asks,
    withdraw_need,
)
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AccessLogEntry, Ask, AskContactPoint, Need
from tests.support import factories, stored

pytestmark = pytest.mark.django_db
FIND = "/admin/find/"
PHONE, EMAIL = "608-555-0142", "ana.belle@gmail.com"
ANA = ContactDetails(name="Anabelle", phone=PHONE, email=EMAIL, address="98 Canary Terrace")
NOTHING = "We found no ask with it"


def search(browser: Any, typed: str) -> str:
    """Search, and return the text of the page."""
    answer = browser.post(FIND, {"contact_points": typed})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def found(browser: Any, typed: str) -> list[str]:
    """Return the codes of the asks that a search shows, in their order."""
    page = search(browser, typed)
    at = {page.find(ask.code): ask.code for ask in Ask.objects.all()}
    return [code for place, code in sorted(at.items()) if place > 0]


@pytest.mark.parametrize(
    "typed",
    [
        "608-555-0142",
        "(608) 555 0142",
        "+1 608 555 0142",
        "+1 608 555 0142 ext. 11",
        "001 608 555 0142",
        "tel: 608.555.0142",
        "٦٠٨ ٥٥٥ ٠١٤٢",
        "६०८ ५५५ ०१४२",
        "ana.belle@gmail.com",
        "AnaBelle@googlemail.com",
        "anabelle+aid@gmail.com",
        "mailto:ana.belle@gmail.com",
        "212 555 0199, 608 555 0142",
        "someone.else@people.example and anabelle@gmail.com",
    ],
)
def test_an_ask_is_found_by_every_spelling_of_its_phone_and_email(admin, typed):
    ask = factories.ask(contact=ANA)
    factories.ask()
    assert found(admin, typed) == [ask.code]


def test_all_that_someone_asked_is_shown_newest_first_with_its_needs_and_how_they_stand(admin):
    old = factories.ask(contact=ANA)
    Ask.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=9))
    withdraw_need(old.needs.get())
    new = factories.ask(contact=ANA)
    assert found(admin, f"{PHONE}, {EMAIL}") == [new.code, old.code]
    page = search(admin, PHONE)
    for ask in (new, old):
        need = ask.needs.get()
        assert f"/admin/requests_app/ask/{ask.pk}/change/" in page
        assert f'/admin/requests_app/need/{need.pk}/change/">{need}</a>' in page
        assert str(need.get_state_display()) in page


def test_what_is_found_shows_nothing_of_who_they_are_and_is_no_look(admin):
    factories.ask(contact=ANA)
    page = search(admin, PHONE)
    assert stored.leaks(("Anabelle", EMAIL, "98 Canary Terrace"), page) == []
    assert page.count(PHONE) == 1, "what was typed stands in the box alone"
    assert not AccessLogEntry.objects.exists()


def test_an_ask_of_one_household_leads_to_the_one_that_has_its_needs(admin, carla):
    other, ask = factories.ask(), factories.ask(contact=ANA)
    merge_asks(ask, into=other, by=coordinator(carla))
    page = search(admin, PHONE)
    assert f'/admin/requests_app/ask/{other.pk}/change/">put together with {other.code}' in page


def test_the_number_of_who_must_not_find_out_finds_nothing(admin, carla):
    ask = factories.ask(contact=ANA)
    exclude(ask, by=coordinator(carla), contact_points=["212 555 0199"])
    assert NOTHING in search(admin, "212 555 0199")
    assert found(admin, "212 555 0199") == []


def test_nothing_finds_an_erased_ask(admin):
    erase_ask(factories.ask(contact=ANA))
    for typed in (PHONE, EMAIL):
        assert found(admin, typed) == []


def test_where_nothing_is_found_the_page_says_what_to_do(admin):
    page = search(admin, PHONE)
    assert NOTHING in page
    assert 'href="/admin/call/">Take a call</a>' in page.split('id="found"')[1]
    assert f'value="{PHONE}"' in page


def test_an_account_with_it_is_named_too(admin, rosa):
    (mark,) = fingerprints(PHONE)
    AccountContactPoint.objects.create(user=rosa, fingerprint=mark)
    page = search(admin, PHONE)
    assert f'<a href="/admin/people/user/{rosa.pk}/change/">Rosa</a>' in page
    assert rosa.email not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("the tall one", "We could not read “the tall one”."),
        ("608 555 0142 and their sister", "We could not read “sister”."),
        ("", "This field is required."),
        ("\0", "This field is required."),
        (" ", "This field is required."),
        ("a, b", "We could not read “a”, “b”."),
        (", ".join(f"{n}@people.example" for n in range(MOST_SEARCHED + 1)), "Write 10 at most"),
        ("<script>", "We could not read “&lt;script&gt;”."),
        ("9" * 5_000, "We could not read"),
    ],
)
def test_what_cannot_be_read_is_named_beside_the_box_and_kept(admin, typed, sentence):
    factories.ask(contact=ANA)
    page = search(admin, typed)
    assert sentence in page
    assert NOTHING not in page
    assert Ask.objects.get().code not in page
    if typed.isalnum():
        assert f'value="{typed}"' in page
    assert not LogEntry.objects.exists()


def test_an_address_that_names_a_contact_point_searches_for_nothing(admin):
    ask = factories.ask(contact=ANA)
    for query in ({"q": PHONE}, {"contact_points": PHONE}):
        page = admin.get(FIND, query).content.decode()
        assert ask.code not in page
        assert PHONE not in page
        assert NOTHING not in page
    listed = admin.get("/admin/requests_app/ask/", {"q": PHONE}).content.decode()
    assert ask.code not in listed
    assert not LogEntry.objects.exists()


def test_that_someone_searched_is_written_down_and_for_what_is_not(admin, carla, caplog):
    factories.ask(contact=ANA)
    with caplog.at_level(logging.DEBUG):
        page = search(admin, PHONE)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.change_message) == (carla, "searched for a contact point")
    rows = str(LogEntry.objects.values().get()) + caplog.text
    (mark,) = fingerprints(PHONE)
    assert stored.leaks((PHONE, "6085550142", mark), rows) == []
    assert f"?{PHONE}" not in page
    history = admin.get(f"/admin/people/user/{carla.pk}/history/").content.decode()
    assert "searched for a contact point" in history


@pytest.mark.parametrize("who", ["rosa", "sam", "mallory"])
def test_no_one_else_searches(who, request, signed_in):
    factories.ask(contact=ANA)
    user = request.getfixturevalue(who)
    for answer in (
        signed_in(user).get(FIND),
        signed_in(user).post(FIND, {"contact_points": PHONE}),
    ):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/login/")
    with pytest.raises(NotForYou):
        find_asks_made_with([], by=user)
    assert not LogEntry.objects.exists()


def test_a_coordinator_who_may_not_see_asks_may_not_search(admin, monkeypatch):
    rights = roles.PERMISSIONS[Role.COORDINATOR]
    without = rights - {"requests_app.view_ask", "requests_app.change_ask"}
    monkeypatch.setitem(roles.PERMISSIONS, Role.COORDINATOR, without)
    for answer in (admin.get(FIND), admin.post(FIND, {"contact_points": PHONE})):
        assert answer.status_code == 403
    assert FIND not in admin.get("/admin/").content.decode()


def test_accounts_are_named_to_who_may_see_people_alone(admin, rosa, monkeypatch):
    (mark,) = fingerprints(PHONE)
    AccountContactPoint.objects.create(user=rosa, fingerprint=mark)
    rights = roles.PERMISSIONS[Role.COORDINATOR] - {"people.view_user", "people.change_user"}
    monkeypatch.setitem(roles.PERMISSIONS, Role.COORDINATOR, rights)
    assert "Rosa" not in search(admin, PHONE)


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/requests_app/ask/", "/admin/requests_app/need/"]
)
def test_the_search_is_one_step_from_where_coordinators_begin(admin, path):
    assert f'href="{FIND}"' in admin.get(path).content.decode()


def many_asks(count: int) -> None:
    """Make asks with one phone, each with two needs."""
    (mark,) = fingerprints(PHONE)
    asks = Ask.objects.bulk_create(Ask() for _ in range(count))
    fields = {"category": factories.category(), "locality": factories.locality()}
    until = timezone.now() + timedelta(days=7)
    Need.objects.bulk_create(Need(ask=ask, open_until=until, **fields) for ask in asks * 2)
    AskContactPoint.objects.bulk_create(AskContactPoint(ask=ask, fingerprint=mark) for ask in asks)


@pytest.mark.parametrize("count", [1, 3, 500])
def test_a_search_costs_the_same_for_one_ask_and_for_many(admin, count, django_assert_num_queries):
    search(admin, PHONE)  # reads content types, which are kept
    many_asks(count)
    with django_assert_num_queries(13):
        page = search(admin, PHONE)
    assert page.count("/admin/requests_app/ask/") >= min(count, MOST_SHOWN)
    assert ("These are the newest 50." in page) == (count > MOST_SHOWN)
