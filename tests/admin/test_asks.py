"""Asks in the admin: one row for what one neighbour sent. Who it is stands behind a step of its own."""

from typing import Any

import pytest

from requests_app.access.links import ask_by_code
from requests_app.actions import ContactDetails, claim_need, mark_alike, withdraw_need
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AccessLogEntry, Ask, Exclusion
from tests.support import factories, stored
from tests.support.admin_form import as_it_stands, contact_as_it_stands
from tests.support.calling import codes_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ASKS = "/admin/requests_app/ask/"
CANARY = ContactDetails(
    name="Zsófianary", phone="555 987 6543", email="canary@secret.example",
    address="98 Canary Terrace", times="at canary time", keep_from="Bob Canary",
)  # fmt: skip
SECRETS = ("Zsófianary", "987 6543", "canary@secret", "Canary Terrace", "canary time", "Bob Canary")


@pytest.fixture
def ask() -> Ask:
    meals = factories.details(category=factories.category("meals"), notes="the canary note")
    return factories.ask(factories.details(), meals, contact=CANARY, source="sheet", reference="7")


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def change(admin: Any, ask: Ask, **typed: Any) -> Any:
    path = f"{ASKS}{ask.pk}/change/"
    return admin.post(path, as_it_stands(admin, path) | typed, follow=True)


def exclude(admin: Any, ask: Ask, person: Any = "", contact_points: str = "") -> Any:
    last = ask.exclusions.count()
    row = {f"exclusions-{last}-person": person, f"exclusions-{last}-contact_points": contact_points}
    return change(admin, ask, **row, **{"exclusions-TOTAL_FORMS": last + 1})


def test_the_list_shows_what_was_asked_and_nothing_of_who(admin, ask):
    withdraw_need(ask.needs.first())
    page = text(admin.get(ASKS)).split('id="result_list"')[1]
    for shown in (ask.code, "For me", "sheet 7", ">2<", "closed, needs review"):
        assert shown in page
    assert stored.leaks(SECRETS, page) == []


def test_its_page_shows_its_needs_and_who_looked_and_no_secret(admin, ask, carla):
    page = text(admin.get(f"{ASKS}{ask.pk}/change/"))
    for need in ask.needs.all():
        assert f"/admin/requests_app/need/{need.pk}/change/" in page
    assert stored.leaks((*SECRETS, "canary note"), page) == []
    assert not AccessLogEntry.objects.exists()
    admin.post(f"{ASKS}{ask.pk}/contact/")
    page = text(admin.get(f"{ASKS}{ask.pk}/change/"))
    assert page.split("Looks at contact details")[1].count("Carla") >= 1


@pytest.mark.parametrize("query", ["?q=%00", "?source=zzz", "?p=999", "?call_back_at__isempty=x"])
def test_nonsense_in_the_address_of_the_list_is_no_fault(admin, ask, query):
    assert admin.get(ASKS + query).status_code in (200, 302, 400)


def test_the_list_costs_the_same_for_one_ask_and_for_many(admin, django_assert_max_num_queries):
    for _ in range(12):
        factories.ask()
    with django_assert_max_num_queries(12):
        admin.get(ASKS)


def test_whoever_must_not_find_out_is_added_and_released_at_once(admin, sam, vera):
    ask = factories.ask()
    need = ask.needs.get()
    claim = claim_need(need, by=sam, weekly_limit=2)
    exclude(admin, ask, person=sam.pk)
    claim.refresh_from_db()
    need.refresh_from_db()
    assert (claim.state, need.state) == ("released", "triage")
    exclude_point = exclude(admin, ask, contact_points="vera@people.example; 212 555 0199")
    assert exclude_point.status_code == 200
    assert ask.exclusions.count() == 3
    page = text(admin.get(f"{ASKS}{ask.pk}/change/"))
    assert "a fingerprint" in page
    assert "vera@people" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("the tall one", "We could not read “the tall one”."),
        ("sam@people.example and the tall one", "We could not read “the tall one”."),
        ("555 0199", "Write it with its area code"),
        ("", "Choose a person, or write a phone number or an e-mail."),
    ],
)
def test_what_names_no_one_is_told_beside_it(admin, ask, typed, sentence):
    row = {"exclusions-TOTAL_FORMS": 1, "exclusions-0-contact_points": typed}
    path = f"{ASKS}{ask.pk}/change/"
    page = text(admin.post(path, as_it_stands(admin, path) | row))
    if typed:
        assert sentence in page
    assert not Exclusion.objects.exists()


def test_one_may_find_out_after_all(admin, ask, sam):
    exclude(admin, ask, person=sam.pk)
    page = change(admin, ask, **{"exclusions-0-DELETE": "on"})
    assert page.status_code == 200
    assert not ask.exclusions.exists()
    ask.refresh_from_db()
    assert ask.read_first, "it stays one that a coordinator reads first"


def test_who_was_taken_away_by_someone_else_meanwhile_is_no_fault(admin, ask, sam):
    exclude(admin, ask, person=sam.pk)
    path = f"{ASKS}{ask.pk}/change/"
    typed = as_it_stands(admin, path) | {"exclusions-0-DELETE": "on"}
    Exclusion.objects.all().delete()
    assert admin.post(path, typed).status_code in (200, 302)


def test_a_code_is_made_for_who_lost_their_link_and_counts_as_a_look(admin, ask):
    Ask.objects.update(call_back_at="2026-01-01T00:00Z")
    path = f"{ASKS}{ask.pk}/code/"
    assert "Your code" not in text(admin.get(path))
    assert not AccessLogEntry.objects.exists()
    (code,) = codes_in(admin.post(path))
    assert ask_by_code(code) == ask
    ask.refresh_from_db()
    assert ask.call_back_at is None
    assert AccessLogEntry.objects.get().by_kind == "coordinator"


def test_contact_details_open_by_a_step_each_of_which_is_written_down(admin, ask):
    path = f"{ASKS}{ask.pk}/contact/"
    assert stored.leaks(SECRETS, text(admin.get(path))) == []
    assert not AccessLogEntry.objects.exists()
    page = text(admin.post(path))
    assert set(stored.leaks((*SECRETS, "canary note"), page)) == {*SECRETS, "canary note"}
    assert AccessLogEntry.objects.count() == 1
    typed = contact_as_it_stands(admin, path) | {"email": "no e-mail"}
    assert "errorlist" in text(admin.post(path, typed))
    assert AccessLogEntry.objects.count() == 3, "shown again is looked at again"


def test_what_is_corrected_there_is_written_and_the_rest_stays_as_it_is(admin, ask):
    path = f"{ASKS}{ask.pk}/contact/"
    first, meals = ask.needs.order_by("pk")
    typed = contact_as_it_stands(admin, path)
    typed |= {"phone": "555 0111", f"notes-{meals.pk}": "Two portions"}
    assert admin.post(path, typed).status_code == 302
    contact = Ask.objects.get().contact
    assert (contact.phone, contact.address) == ("555 0111", CANARY.address)
    meals.refresh_from_db()
    assert meals.notes.text == "Two portions"
    assert first.events.last().reason == "phone"
    assert meals.events.last().reason == "notes"


OLD_PHONE, OLD_EMAIL = "at the shop, " + "ask for Ana " * 9, "ana at people"


def test_a_phone_and_an_email_that_no_one_touches_stay_even_where_they_do_not_parse(admin):
    ask = factories.ask(contact=ContactDetails(name="Ana", phone=OLD_PHONE, email=OLD_EMAIL))
    path = f"{ASKS}{ask.pk}/contact/"
    typed = contact_as_it_stands(admin, path)
    assert admin.post(path, typed | {"name": "Anne"}).status_code == 302
    contact = Ask.objects.get().contact
    assert (contact.name, contact.phone, contact.email) == ("Anne", OLD_PHONE, OLD_EMAIL)


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        (
            "phone",
            "at the pub",
            "We could not read “at the pub”. Write a phone number we can dial.",
        ),
        ("phone", "608-555-0142 " * 8, "Use 100 at most."),
        ("email", "ana at home", "Write an e-mail address like name@example.org."),
        ("email", "a@people.example, b@people.example", "Write one e-mail address here"),
    ],
)
def test_a_new_phone_or_email_gets_the_same_errors_as_on_the_pages(admin, ask, field, typed, error):
    path = f"{ASKS}{ask.pk}/contact/"
    page = text(admin.post(path, contact_as_it_stands(admin, path) | {field: typed}))
    assert error in page


def test_a_phone_as_long_as_on_the_pages_is_kept(admin, ask):
    path = f"{ASKS}{ask.pk}/contact/"
    phone = "608-555-0142 (my sister, she speaks English and is at home in the evening)"
    assert admin.post(path, contact_as_it_stands(admin, path) | {"phone": phone}).status_code == 302
    assert Ask.objects.get().contact.phone == phone


def test_an_ask_that_looks_alike_and_is_of_others_is_named_there(admin, ask, carla):
    other = factories.ask(contact=CANARY)
    mark_alike(ask, other=other, by=coordinator(carla))
    assert other.code in text(admin.get(f"{ASKS}{ask.pk}/change/"))


def test_a_row_for_whoever_must_not_find_out_is_there_before_anything_runs(admin):
    """Left empty it is no mistake; filled in it is saved, and an empty one follows."""
    ask = factories.ask()
    path = f"/admin/requests_app/ask/{ask.pk}/change/"
    assert 'name="exclusions-0-contact_points"' in admin.get(path).content.decode()
    empty = {"exclusions-0-person": "", "exclusions-0-contact_points": ""}
    assert admin.post(path, as_it_stands(admin, path) | empty).status_code == 302
    assert not ask.exclusions.exists()
    filled = empty | {"exclusions-0-contact_points": "someone@people.example"}
    assert admin.post(path, as_it_stands(admin, path) | filled).status_code == 302
    assert ask.exclusions.count() == 1
    assert 'name="exclusions-1-contact_points"' in admin.get(path).content.decode()


@pytest.mark.parametrize("typed", [{}, {"languages": "es"}])
def test_one_save_matches_each_need_anew_once(monkeypatch, admin, sam, vera, typed):
    need = factories.need()
    exclude(admin, need.ask, person=vera.pk)
    refitted = list[Any]()
    monkeypatch.setattr("mutualaid.matching.actions.refit", refitted.append)
    row = need.ask.exclusions.get()
    change(
        admin,
        need.ask,
        **{name: factories.language(code).pk for name, code in typed.items()},
        **{
            "exclusions-0-DELETE": "on",
            "exclusions-0-id": row.pk,
            "exclusions-1-person": sam.pk,
            "exclusions-TOTAL_FORMS": 2,
        },
    )
    assert [row.person for row in need.ask.exclusions.all()] == [sam]
    assert refitted == [need]
