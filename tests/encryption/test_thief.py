"""What a thief of the database learns: a real dump of a site full of people, and no key. Bars P8 and P17.

`mutualaid/docs/thief.md` says it in words; each sentence there that can be tested is tested here.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from mutualaid.matching.tasks import sweep as match_all
from mutualaid.notify.accounts.mail import post
from mutualaid.notify.models import Preferences
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import AccountContactPoint, User
from requests_app import actions, scheduled
from requests_app.access.links import code_for, make_link
from requests_app.access.recovery import ask_for_link
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, AskContact, Exclusion, Need
from tests.servers.postgres import installed
from tests.support import asking, factories, stored
from tests.support.canary import CANARY, NOTES, SECRETS
from tests.support.people import PHONE, has_phone, wishes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
BOB = "bob@kept-from.example"
SHARED = {
    "catalog_category", "catalog_locality", "catalog_language", "policy_policy",
    "django_content_type", "notify_notification_kind",
}  # fmt: skip
"""What everyone has in common leads from anyone to anyone."""
LONG = 16
"""Letters. A shorter text is a kind, a state or a language."""


def dump() -> str:
    """The whole database in SQL, as `sqlite3 .dump` and `pg_dump` write it."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return "\n".join(connection.connection.iterdump())
    install = installed()
    assert install
    at = connection.get_connection_params()
    command = [install / "bin" / "pg_dump", "-h", at["host"], "-U", at["user"], at["dbname"]]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ
    ).stdout


@pytest.fixture
def legal() -> Any:
    law = factories.category("law")
    return factories.category("immigration-papers", parent=law, sensitive=True)


@pytest.fixture
def sensitive(rosa: User, sam: User, carla: User, legal: Any) -> Need:
    """Rosa asked for immigration papers with all there is, and much has happened to it since."""
    has_phone(rosa)
    contact = replace(CANARY, phone=PHONE, email=str(rosa.email), keep_from="Bob")
    need = factories.need(
        category=legal, contact=contact, notes=NOTES, account=rosa, keep_from_contact_points=[BOB]
    )
    factories.need(of=need.ask)
    desk = coordinator(carla)
    actions.exclude(need.ask, people=[factories.person("Bob", email=BOB)], by=desk)
    factories.offer(by=sam, categories=[legal])
    for one in need.ask.needs.all():
        actions.publish_need(one, by=desk)
    actions.assign_need(need, to=sam, by=desk)
    match_all()
    deliver_all()
    return Need.objects.get(pk=need.pk)


@pytest.fixture
def ordinary(rosa: User) -> Need:
    """Rosa asked for groceries as well."""
    contact = replace(CANARY, phone="212 555 0188", email="another@rosas.example")
    need = factories.need(contact=contact, account=rosa)
    deliver_all()
    return need


def test_no_detail_and_no_way_in_is_in_the_dump(sensitive, ordinary, rosa):
    browser = Client()
    browser.force_login(rosa)
    asking.answer_all(browser)
    token = make_link(sensitive.ask)
    post("someone@signing-in.example", "Your code", "It is SIGNMEIN")
    ask_for_link("someone@without-a-link.example")
    written = dump()
    assert rosa.email in written, "a test of what is not there needs a dump with something in it"
    cookie = browser.cookies["session"].value
    nowhere = (
        *SECRETS, PHONE, "5550143", BOB.replace("bob", "Bob"), token, code_for(token), cookie,
        "someone@signing-in.example", "SIGNMEIN", "without-a-link", "7 Hill Road", "Milk and bread",
    )  # fmt: skip
    held = {"dump": written.encode()}
    assert stored.found_in(held, [text for text in nowhere if text != rosa.email]) == {}


class Row(NamedTuple):
    table: str
    pk: str


Links = dict[Row, set[object]]


def everything_stored() -> Links:
    """What each row holds that may be found elsewhere: rows it names, and its long texts."""
    links: Links = {}
    every = [m for m in apps.get_models(include_auto_created=True) if not m._meta.proxy]
    for model in every:
        meta = model._meta
        fields = list(meta.concrete_fields)
        with connection.cursor() as cursor:
            columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
            cursor.execute(f"SELECT {columns} FROM {connection.ops.quote_name(meta.db_table)}")
            for cells in cursor.fetchall():
                row = Row(meta.db_table, str(cells[fields.index(meta.pk)]))
                links[row] = {row, *_named(fields, cells)}
    return links


def _named(fields: list[Any], cells: tuple[Any, ...]) -> Iterator[object]:
    for field, cell in zip(fields, cells, strict=True):
        if isinstance(field, models.ForeignKey) and cell is not None:
            yield Row(field.related_model._meta.db_table, str(cell))
        elif isinstance(cell, str) and len(cell) >= LONG:
            yield cell.lower()


def reached_from(start: models.Model, *, but_for: tuple[models.Model, ...] = ()) -> set[Row]:
    """All rows to which equal values lead, step by step, as whoever joins every table with every other."""
    links = everything_stored()
    closed = {Row(row._meta.db_table, str(row.pk)) for row in but_for}
    rows_with: dict[object, set[Row]] = {}
    for row, named in links.items():
        for value in named:
            rows_with.setdefault(value, set()).add(row)
    reached = {Row(start._meta.db_table, str(start.pk))}
    waiting = list(reached)
    while waiting:
        for value in links.get(waiting.pop(), ()):
            if value in closed or (isinstance(value, Row) and value.table in SHARED):
                continue
            fresh = {row for row in rows_with[value] if row.table not in SHARED} - reached - closed
            reached |= fresh
            waiting += fresh
    return reached


def row_of(row: models.Model) -> Row:
    return Row(row._meta.db_table, str(row.pk))


def test_no_join_leads_from_who_asked_to_a_sensitive_need(sensitive, ordinary, rosa, carla, sam):
    """Whoever helps or coordinates is named, by their claims and their looks: they are no way to Rosa."""
    reached = reached_from(rosa, but_for=(carla, sam))
    assert row_of(ordinary) in reached, "a test of finding no way needs one that is found"
    assert row_of(sensitive) not in reached
    assert row_of(sensitive.ask) not in reached


def test_nor_from_whoever_must_not_find_out(sensitive, carla, sam):
    bob = User.objects.get(name="Bob")
    assert row_of(sensitive.ask) not in reached_from(bob, but_for=(carla, sam))
    other = factories.need()
    actions.exclude(other.ask, people=[bob], by=coordinator(carla))
    assert row_of(other.ask) in reached_from(bob, but_for=(carla, sam))


def by_another_need(ask: Ask, legal: Any, carla: User) -> None:
    actions.add_needs(ask, [factories.details(category=legal)])


def by_another_kind(ask: Ask, legal: Any, carla: User) -> None:
    actions.change_need(ask.needs.get(), {"category": legal})


def by_a_split(ask: Ask, legal: Any, carla: User) -> None:
    actions.split_need(ask.needs.get(), into=[legal], by=coordinator(carla))


def by_its_household(ask: Ask, legal: Any, carla: User) -> None:
    other = factories.ask(factories.details(category=legal))
    actions.merge_asks(ask, into=other, by=coordinator(carla))


def by_the_household_of_its_household(ask: Ask, legal: Any, carla: User) -> None:
    other = factories.ask()
    actions.merge_asks(ask, into=other, by=coordinator(carla))
    actions.add_needs(other, [factories.details(category=legal)])


def by_its_category(ask: Ask, legal: Any, carla: User) -> None:
    category = ask.needs.get().category
    category.sensitive = True
    category.save()
    for job in scheduled.due_jobs():
        job()


def by_looking_like_another(ask: Ask, legal: Any, carla: User) -> None:
    """It is an ordinary one, and leads to its account: so must what it looks like, or neither."""
    other = factories.ask(factories.details(category=legal))
    actions.mark_alike(ask, other=other, by=coordinator(carla))
    for job in scheduled.due_jobs():
        job()


@pytest.mark.parametrize(
    "becomes",
    [
        by_another_need, by_another_kind, by_a_split, by_its_household,
        by_the_household_of_its_household, by_its_category, by_looking_like_another,
    ],
)  # fmt: skip
def test_what_becomes_sensitive_later_leads_to_no_one_either(becomes, rosa, carla, legal):
    """And the neighbour finds it on their page, a coordinator by the phone, as before."""
    bob = factories.person("Bob", email=BOB)
    has_phone(rosa)
    ask = factories.ask(
        contact=replace(CANARY, phone=PHONE), account=rosa, keep_from_contact_points=["555 0666"]
    )
    actions.exclude(ask, people=[bob], by=coordinator(carla))
    assert row_of(ask) in reached_from(rosa, but_for=(carla,))
    becomes(ask, legal, carla)
    for person in (rosa, bob):
        assert row_of(ask) not in reached_from(person, but_for=(carla,))
    ask.refresh_from_db()
    assert (ask.veiled, ask.account) == (True, None)
    assert list(Ask.objects.of(rosa)) == [ask]
    points = rosa.contact_points.values_list("fingerprint", flat=True)
    assert ask in Ask.objects.made_with(points)


def test_a_new_phone_of_a_sensitive_ask_leads_to_no_one(sensitive, rosa, carla, sam):
    other = "212 555 0199"
    wishes(rosa, phone="+12125550199", phone_confirmed_at=timezone.now())
    actions.change_ask(sensitive.ask, {"phone": other, "keep_from_contact_points": [rosa.email]})
    assert row_of(sensitive.ask) not in reached_from(rosa, but_for=(carla, sam))
    assert sensitive.ask.contact_points.count() == 2


def test_once_erased_its_kind_is_its_head_and_its_times_are_weeks(sensitive, sam, legal):
    actions.erase_ask(sensitive.ask)
    need = Need.objects.get(pk=sensitive.pk)
    assert need.category == legal.parent
    moments = [
        need.created_at, need.closed_at, Ask.objects.get(pk=need.ask_id).created_at,
        *need.events.values_list("at", flat=True), need.claims.get().claimed_at,
    ]  # fmt: skip
    assert {(at.weekday(), at.hour, at.minute, at.second) for at in moments} == {(0, 0, 0, 0)}
    written = dump()
    assert "immigration-papers" in written  # the catalogue has it
    other = factories.need()
    actions.erase_ask(other.ask)
    kept = Need.objects.get(pk=other.pk)
    assert (kept.category, kept.created_at) == (other.category, other.created_at)


def test_what_is_readable_is_what_the_page_says(sensitive, ordinary, rosa):
    """`mutualaid/docs/thief.md`, "What they read"."""
    written = dump()
    for text in (rosa.email, "Rosa", "Groceries", "Immigration papers", "Riverside"):
        assert text in written


def test_the_pages_say_so_too(client):
    page = " ".join(client.get("/data/").content.decode().split())
    assert "They can read the name, e-mail and area of everyone with an account" in page
    assert "nothing they can read leads to your account" in page
    about = client.get("/about/").content.decode()
    assert "The name and e-mail of an account" in about


def test_the_log_of_coordinators_names_no_one_who_asked(sensitive, rosa):
    kinds = ContentType.objects.get_for_models(Ask, Need, AskContact, Exclusion)
    for entry in LogEntry.objects.filter(content_type__in=kinds.values()):
        assert rosa.name not in entry.object_repr + entry.change_message
        assert rosa.email not in entry.object_repr + entry.change_message


def test_an_account_hides_its_phone_and_shows_no_link_of_its_calendar(rosa):
    has_phone(rosa)
    assert Preferences.objects.get(user=rosa).phone
    assert AccountContactPoint.objects.filter(user=rosa).count() == 2
    assert stored.leaks((PHONE, "5550143", "555 0143"), dump()) == []
