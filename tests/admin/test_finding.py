"""Somebody is on the phone: by a code, a name or a number one finds what they asked, and no detail."""

import logging
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from mutualaid.desk import finding
from mutualaid.desk.finding import MOST_SEARCHED, MOST_SHOWN
from mutualaid.encryption.fields import Sealed
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people import roles
from mutualaid.people.models import AccountContactPoint, Role
from mutualaid.people.ratelimit import HOUR, Limit
from requests_app.access.links import code_for, make_link
from requests_app.actions import (
    ContactDetails,
    NotForYou,
    erase_ask,
    exclude,
    find_asks_by_name,
    find_asks_made_with,
    merge_asks,
    withdraw_need,
)
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AccessLogEntry, Ask, AskContact, AskContactPoint, Need
from tests.support import factories, stored
from tests.support.finding import FIND, NOTHING, found, search

pytestmark = pytest.mark.django_db
PHONE, EMAIL = "608-555-0142", "ana.belle@gmail.com"
ANA = ContactDetails(name="Anabelle", phone=PHONE, email=EMAIL, address="98 Canary Terrace")


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
        assert f'/admin/requests_app/need/{need.pk}/change/"><bdi>{need}</bdi></a>' in page
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
    assert "they are encrypted" in page


def test_an_account_with_it_is_named_too(admin, rosa):
    (mark,) = fingerprints(PHONE)
    AccountContactPoint.objects.create(user=rosa, fingerprint=mark)
    page = search(admin, PHONE)
    assert f'<a href="/admin/people/user/{rosa.pk}/change/">Rosa</a>' in page
    assert rosa.email not in page


@pytest.mark.parametrize(
    "typed",
    [
        "Anabelle", "anabelle  ", "ANABELLE", "Ánabellé", "anab", "Belle Anabelle", "Anabele", "Anabelle?",
        "%Anabelle%", "\u200fAnabelle\u0007", "Anabelle_",
    ],
)  # fmt: skip
def test_an_ask_is_found_by_the_name_of_who_asks_however_it_is_written(admin, typed):
    ask = factories.ask(contact=ContactDetails(name="Anabelle Belle", phone=PHONE))
    factories.ask(contact=ContactDetails(name="Benjamin"))
    assert found(admin, typed) == [ask.code]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("José Muñoz", "jose munoz"),
        ("فاطمة الأحمد", "فاطمه الاحمد"),
        ("王小明", "王"),
        ("Анна", "анна"),
        ("Room 12", "room ١٢"),
    ],
)
def test_names_of_all_alphabets_are_found(admin, name, typed):
    ask = factories.ask(contact=ContactDetails(name=name))
    factories.ask()
    assert found(admin, typed) == [ask.code]


@pytest.mark.parametrize("typed", ["belle", "Anabelle Smith", "Canary Terrace", "the tall one"])
def test_a_name_is_found_by_how_its_words_begin_and_an_address_never(admin, typed):
    factories.ask(contact=ANA)
    assert found(admin, typed) == []


def test_a_name_and_a_number_at_once_are_both_looked_for(admin):
    by_phone = factories.ask(contact=ContactDetails(name="Rosalind", phone=PHONE))
    by_name = factories.ask(contact=ContactDetails(name="Benjamin"))
    page = search(admin, f"Benjamin {PHONE}")
    assert by_phone.code in page.split("Asks with this phone or e-mail")[1].split("<h3>")[0]
    assert by_name.code in page.split("Asks by this name")[1]


def test_a_name_that_no_key_at_hand_opens_is_passed_over(admin):
    lost, ask = factories.ask(contact=ANA), factories.ask(contact=ANA)
    AskContact.objects.filter(pk=lost.pk).update(name=Sealed("k0:2:AAAA"))
    assert found(admin, "Anabelle") == [ask.code]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write what you look for"),
        ("\0", "Write what you look for"),
        (" \u200b\t", "Write what you look for"),
        ("%", "Write at least two letters or numbers of it."),
        ("_", "Write at least two letters or numbers of it."),
        ("a", "Write at least two letters or numbers of it."),
        ("٣", "Write at least two letters or numbers of it."),
        ("the tall one", NOTHING),
        ("x" * 300, NOTHING),
        ("x" * 301, "That is very long."),
        ("9" * 5_000, "That is very long."),
        (", ".join(f"{n}@people.example" for n in range(MOST_SEARCHED + 1)), "Write 10 at most"),
        ("<script>alert", NOTHING),
        ("' OR 1=1 --", NOTHING),
    ],
)
def test_what_finds_nothing_is_answered_kindly_and_kept(admin, typed, sentence):
    factories.ask(contact=ANA)
    page = search(admin, typed)
    assert sentence in page
    assert Ask.objects.get().code not in page
    assert "<script>alert" not in page
    if typed.isalnum() and len(typed) < 999:
        assert f'value="{typed}"' in page
    if sentence != NOTHING:
        assert not LogEntry.objects.exists()


def test_an_address_that_names_a_contact_point_searches_for_nothing(admin):
    ask = factories.ask(contact=ANA)
    for query in ({"q": PHONE}, {"q": "Anabelle"}):
        page = admin.get(FIND, query).content.decode()
        assert ask.code not in page
        assert query["q"] not in page
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
    search(admin, "Anabelle")
    history = admin.get(f"/admin/people/user/{carla.pk}/history/").content.decode()
    assert "searched for a contact point" in history
    assert "searched for a name" in history
    assert "Anabelle" not in str(list(LogEntry.objects.values())) + caplog.text


def test_who_searches_very_often_waits_a_while(admin, monkeypatch):
    ask = factories.ask(contact=ANA)
    monkeypatch.setattr(finding, "SEARCHES", Limit("find", 2, HOUR))
    for _ in range(2):
        assert found(admin, "Anabelle") == [ask.code]
    page = search(admin, "Anabelle")
    assert "You have searched very often in this hour." in page
    assert ask.code not in page
    assert admin.post(FIND, {"q": ask.code}).status_code == 302, "a code tells of no one"


def test_who_takes_calls_finds_what_they_took_in_and_no_accounts(signed_in, rosa):
    ida = factories.person("Ida", Role.INTAKE)
    own, other = factories.ask(contact=ANA, taken_in_by=ida), factories.ask(contact=ANA)
    browser = signed_in(ida)
    for typed in (PHONE, EMAIL, "Anabelle"):
        assert found(browser, typed) == [own.code]
    assert admin_page_of(own) == browser.post(FIND, {"q": own.code}).headers["Location"]
    for typed in (other.code, other.needs.get().code, "Rosa", code_for(make_link(other))):
        assert NOTHING in search(browser, typed)
    assert "Roles" not in search(browser, "coordinator")


def admin_page_of(ask: Ask) -> str:
    return f"/admin/requests_app/ask/{ask.pk}/change/"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SITE_KEEPER])
def test_who_sees_no_asks_has_no_box_and_finds_nothing(role, signed_in):
    ask = factories.ask(contact=ANA)
    browser = signed_in(factories.person("Noor", role))
    assert FIND not in browser.get("/admin/").content.decode()
    for typed in ("Anabelle", PHONE, ask.code):
        assert browser.post(FIND, {"q": typed}).status_code == 403


@pytest.mark.parametrize("who", ["rosa", "sam", "mallory"])
def test_no_one_outside_the_team_searches(who, request, signed_in):
    factories.ask(contact=ANA)
    user = request.getfixturevalue(who)
    for answer in (
        signed_in(user).get(FIND),
        signed_in(user).post(FIND, {"q": PHONE}),
    ):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/login/")
    with pytest.raises(NotForYou):
        find_asks_made_with([], by=user)
    with pytest.raises(NotForYou):
        find_asks_by_name("Anabelle", by=user)
    assert not LogEntry.objects.exists()


def test_a_coordinator_who_may_not_see_asks_may_not_search(admin, monkeypatch):
    rights = roles.PERMISSIONS[Role.COORDINATOR]
    without = rights - {"requests_app.view_ask", "requests_app.change_ask"}
    monkeypatch.setitem(roles.PERMISSIONS, Role.COORDINATOR, without)
    for answer in (admin.get(FIND), admin.post(FIND, {"q": PHONE})):
        assert answer.status_code == 403
    assert FIND not in admin.get("/admin/").content.decode()


def test_accounts_are_named_to_who_may_see_people_alone(admin, rosa, monkeypatch):
    (mark,) = fingerprints(PHONE)
    AccountContactPoint.objects.create(user=rosa, fingerprint=mark)
    rights = roles.PERMISSIONS[Role.COORDINATOR] - {"people.view_user", "people.change_user"}
    monkeypatch.setitem(roles.PERMISSIONS, Role.COORDINATOR, rights)
    assert "Rosa" not in search(admin, PHONE)


def many_asks(count: int) -> None:
    """Make asks with one phone, each with two needs."""
    (mark,) = fingerprints(PHONE)
    asks = Ask.objects.bulk_create(Ask() for _ in range(count))
    fields = {"category": factories.category(), "locality": factories.locality()}
    until = timezone.now() + timedelta(days=7)
    Need.objects.bulk_create(Need(ask=ask, open_until=until, **fields) for ask in asks * 2)
    AskContactPoint.objects.bulk_create(AskContactPoint(ask=ask, fingerprint=mark) for ask in asks)
    AskContact.objects.bulk_create(AskContact(ask=ask, name="Anabelle") for ask in asks)


@pytest.mark.parametrize(("typed", "queries"), [(PHONE, 11), ("Anabelle", 14)])
@pytest.mark.parametrize("count", [1, 3, 500])
def test_a_search_costs_the_same_for_one_ask_and_for_many(
    admin, typed, queries, count, django_assert_num_queries
):
    search(admin, PHONE)  # reads content types, which are kept
    many_asks(count)
    with django_assert_num_queries(queries):
        page = search(admin, typed)
    assert page.count("/admin/requests_app/ask/") >= min(count, MOST_SHOWN)
    assert ("These are the newest 50." in page) == (count > MOST_SHOWN)
