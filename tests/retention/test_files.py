"""What is erased is in no file of the database any more, not even between its rows. Finding 13, bar P6."""

from datetime import timedelta
from secrets import randbelow
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from mutualaid.data_rights.actions import erase_account
from mutualaid.notify.accounts.mail import post
from mutualaid.notify.actions import add_device, give_phone
from mutualaid.notify.models import AccountMail, Notification
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import AccountContactPoint, RateLimitWindow, User
from mutualaid.retention import rewriting
from mutualaid.retention.models import Rewrite
from mutualaid.retention.samples import forget_samples
from mutualaid.retention.tasks import sweep
from mutualaid.sessions import row_key
from requests_app import actions
from requests_app.access.exclusions import excluded_account
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask
from tests.support import asking, factories, stored
from tests.support.at_once import at_once
from tests.support.keys import push_keys
from tests.support.site import until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
]
# The files of a server hold what its other databases write too, such as this module's tests beside this one.
CANARY = f"Canary{uuid4().hex[:10]}"
NAME, EMAIL = f"Wilhelmina {CANARY}bird", f"wilhelmina@{CANARY.lower()}bird.example"
PHONE, NEIGHBOURS_PHONE = (f"212 55{2 + randbelow(8)} {randbelow(10_000):04}" for _ in range(2))
CONTACT = ContactDetails(
    name=f"Theodora {CANARY}song",
    phone=NEIGHBOURS_PHONE,
    email=f"theodora@{CANARY.lower()}song.example",
    address=f"1776 {CANARY}song Terrace",
    times=f"when {CANARY} sings",
    keep_from=f"Bartholomew {CANARY}cat",
)
NOTES, DRAFT = f"{CANARY} eats seeds", f"a draft of {CANARY}"
READABLE = (NAME, EMAIL)
SECRET = (
    PHONE,
    *(word for word in vars(CONTACT).values() if word and word is not True),
    NOTES,
    DRAFT,
)
KEPT_FROM = f"bartholomew@{CANARY.lower()}cat.example"


@pytest.fixture
def user() -> User:
    user = factories.person(NAME, email=EMAIL)
    give_phone(user, PHONE)
    push = "https://fcm.googleapis.com/fcm/send/canary"
    keys = push_keys()
    add_device(user, {"endpoint": push, "p256dh": keys["p256dh"], "auth": keys["auth"]})
    factories.offer(by=user)
    return user


@pytest.fixture
def ask(user: User) -> Ask:
    """In every state that something of it may be in."""
    details = factories.details(notes=NOTES)
    ask = factories.ask(
        details, contact=CONTACT, account=user, keep_from_contact_points=[KEPT_FROM]
    )
    carla = factories.person("Carla")
    LogEntry.objects.create(
        user=carla,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=NAME,  # as Django's own admin writes it
        action_flag=CHANGE,
        change_message=f"{EMAIL} is on the list",
    )
    post(EMAIL, f"For {NAME}", "Your code is CANARY")
    cache.set("a-canary", {"typed": EMAIL}, timeout=1)
    RateLimitWindow.objects.create(key=f"{CANARY} window", count=1, over_at=timezone.now())
    return ask


@pytest.fixture
def visits(user: User, ask: Ask) -> list[str]:
    """A draft, a receipt with its link, and someone signed in; returns what the browsers hold."""
    drafting, sent, signed_in = Client(), Client(), Client()
    asking.answer(drafting, "what")
    asking.answer(drafting, "kind")
    asking.answer(drafting, "details", notes=DRAFT)
    token = make_link(ask)
    session = sent.session
    session["ask"] = {"sent": {"token": token}}
    session.save()
    sent.cookies["session"] = str(session.session_key)
    signed_in.force_login(user)
    return [token, *(browser.cookies["session"].value for browser in (drafting, sent, signed_in))]


def stored_about(user: User, ask: Ask) -> set[str]:
    """Each long text in a row that has to go: keyed hashes, and what is encrypted."""
    tables = {
        "requests_app_askcontact": ("ask_id", ask.pk),
        "requests_app_askcontactpoint": ("ask_id", ask.pk),
        "requests_app_exclusion": ("ask_id", ask.pk),
        "requests_app_privatelink": ("ask_id", ask.pk),
        "requests_app_neednotes": ("need_id", ask.needs.get().pk),
        "notify_preferences": ("user_id", user.pk),
        "notify_device": ("user_id", user.pk),
        "people_accountcontactpoint": ("user_id", user.pk),
    }
    texts = set()
    with connection.cursor() as cursor:
        for table, (column, pk) in tables.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s", [pk])
            rows = cursor.fetchall()
            assert rows, f"{table} has nothing to be erased"
            texts |= {cell for row in rows for cell in row if isinstance(cell, str)}
        cursor.execute("SELECT session_key, session_data FROM django_session")
        texts |= {cell for row in cursor.fetchall() for cell in row}
        cursor.execute("SELECT email, subject, body FROM notify_accountmail")
        texts |= {cell for row in cursor.fetchall() for cell in row}
    return {text for text in texts if len(text) >= 32 and not text.startswith("{")}


def everything_is_over() -> None:
    long_ago = timezone.now() - timedelta(days=400)
    clocks: dict[type[models.Model], str] = {
        Notification: "created_at",
        Session: "expire_date",
        AccountMail: "expires_at",
        RateLimitWindow: "over_at",
    }
    for model, clock in clocks.items():
        model._default_manager.update(**{clock: long_ago})
    Notification.objects.update(state="cancelled", sent_at=None)
    with connection.cursor() as cursor:
        past = connection.ops.adapt_datetimefield_value(long_ago)
        cursor.execute("UPDATE cache SET expires = %s", [past])


def test_no_file_of_the_database_holds_anything_of_who_was_erased(user, ask, visits):
    deliver_all()
    post(EMAIL, f"For {NAME}", "Your code is CANARY")  # the other one was sent, and is gone
    hidden = stored_about(user, ask)
    before = stored.found_in(stored.every_file(), (*READABLE, *hidden))
    assert set(before) == {*READABLE, *hidden}, "a test of erasing needs something to erase"
    actions.erase_ask(ask)
    erase_account(user)
    everything_is_over()
    sweep()
    while Rewrite.objects.filter(
        done_at=None
    ).exists():  # the server looked through a table meanwhile
        sweep()
    stored.end_of_the_log()
    all_of_it = {*READABLE, *SECRET, KEPT_FROM, *hidden, *visits, f"{CANARY} window"}
    assert stored.found_in(stored.every_file(), all_of_it) == {}


def test_nor_do_the_samples_of_a_table_that_has_lost_all_its_rows(user):
    """Where people are many, PostgreSQL's planner keeps what it has seen of each column."""
    people = [factories.person(f"{CANARY} {n}", email=f"{n}{EMAIL}") for n in range(30)]
    points = AccountContactPoint.objects.all()
    hidden = set(points.values_list("fingerprint", flat=True))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE people_accountcontactpoint")
    assert set(stored.found_in(stored.every_file(), hidden)) == hidden
    before = triggers_of_the_database()
    for person in [user, *people]:
        erase_account(person)
    everything_is_over()
    assert not points.exists(), "a test of an empty table needs one"
    Rewrite.objects.update(done_at=None)
    until(all_is_rewritten)
    stored.end_of_the_log()
    assert stored.found_in(stored.every_file(), hidden) == {}
    assert triggers_of_the_database() == before


def test_two_who_let_samples_be_forgotten_at_once_leave_each_trigger(user):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no samples")
    table = AccountContactPoint._meta.db_table
    before = triggers_of_the_database()

    def forget() -> None:
        with connection.cursor() as cursor:
            forget_samples(cursor, [table])

    for _ in range(20):
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {table}")
        at_once([forget] * 4)
    assert triggers_of_the_database() == before


def triggers_of_the_database() -> list[Any]:
    table, column = (
        ("sqlite_master WHERE type = 'trigger'", "sql")
        if connection.vendor == "sqlite"
        else ("pg_trigger WHERE NOT tgisinternal", "pg_get_triggerdef(oid)")
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return sorted(cursor.fetchall())


def test_a_visit_that_holds_the_link_goes_on_without_it_and_one_of_the_account_ends(
    user, ask, visits
):
    _, drafting, sent, signed_in = visits
    browsers = {name: Client() for name in (drafting, sent, signed_in)}
    for name, browser in browsers.items():
        browser.cookies["session"] = name
    actions.erase_ask(ask)
    assert "ask" not in browsers[sent].session
    assert browsers[drafting].session["ask"]["details"]["notes"] == DRAFT
    erase_account(user)
    assert browsers[signed_in].get("/me/").status_code == 302
    assert not Session.objects.filter(pk=row_key(signed_in)).exists()


def test_what_the_admins_log_says_of_them_goes_with_them(user, ask):
    for row in (ask, ask.needs.get()):
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            object_repr="",
            action_flag=CHANGE,
        )
    assert LogEntry.objects.count() == 3
    actions.erase_ask(ask)
    assert LogEntry.objects.get().object_id == str(user.pk)
    erase_account(user)
    assert not LogEntry.objects.exists()


def test_tables_are_rewritten_once_a_night_and_no_more(monkeypatch):
    written: list[str] = []

    def note(table: str) -> bool:
        written.append(table)
        return True

    monkeypatch.setattr(rewriting, "_rewrite", note)
    sweep()
    once = list(written)
    assert once == rewriting.tables()
    sweep()
    assert written == once
    Rewrite.objects.update(done_at=timezone.now() - timedelta(days=1))
    sweep()
    assert written == once * 2


def test_one_that_cannot_be_rewritten_stays_due_and_the_others_are(monkeypatch):
    stuck = rewriting.tables()[0]
    monkeypatch.setattr(rewriting, "_rewrite", lambda table: table != stuck)
    sweep()
    assert [row.table for row in Rewrite.objects.filter(done_at=None)] == [stuck]
    monkeypatch.undo()
    until(all_is_rewritten)


def all_is_rewritten() -> bool:
    """After one more sweep: a server may take a moment to see that a reader has gone."""
    sweep()
    return not Rewrite.objects.filter(done_at=None).exists()


def test_a_table_that_someone_reads_in_makes_no_page_wait_for_long(monkeypatch):
    """On PostgreSQL a rewrite needs the table alone; on SQLite the log cannot be emptied meanwhile."""
    monkeypatch.setattr(rewriting, "PAGES_WAIT_SECONDS", 2)
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT count(*) FROM people_user")
            cursor.fetchone()
            factories.person("Someone who writes meanwhile")
            sweep()
        waiting = {row.table for row in Rewrite.objects.filter(done_at=None)}
        waiting.discard("pg_statistic")  # a busy machine may not write its statistics in time
        assert waiting == ({"main"} if connection.vendor == "sqlite" else {"people_user"})
        assert User.objects.exists()
    finally:
        reader.close()
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA busy_timeout" if connection.vendor == "sqlite" else "SHOW statement_timeout"
        )
        assert cursor.fetchone()[0] in (20_000, "10min")
    until(all_is_rewritten)


def test_a_table_stays_due_while_someone_may_still_look_at_what_was_deleted_from_it(monkeypatch):
    monkeypatch.setattr(rewriting, "PAGES_WAIT_SECONDS", 2)
    of_before = "" if connection.vendor == "sqlite" else "ISOLATION LEVEL REPEATABLE READ"
    window = RateLimitWindow.objects.create(key="a window", count=1, over_at=timezone.now())
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute(f"BEGIN {of_before}")
            cursor.execute("SELECT count(*) FROM django_migrations")
            window.delete()
            sweep()
        waiting = {row.table for row in Rewrite.objects.filter(done_at=None)}
        assert {"main", RateLimitWindow._meta.db_table} & waiting
        assert "people_user" not in waiting
    finally:
        reader.close()
    until(all_is_rewritten)


@pytest.mark.parametrize("table", ["people_user", "django_session", "cache"])
def test_each_table_that_loses_rows_is_among_them(table):
    assert connection.vendor == "sqlite" or table in rewriting.tables()


def test_the_page_says_how_long_backups_are_kept(client: Any):
    factories.set_policy(backup_days=17)
    assert "at most 17 days more" in client.get("/data/").content.decode()


def test_the_account_of_a_veiled_exclusion_is_shown_to_coordinators_and_goes_with_it(user):
    legal = factories.category("legal", sensitive=True)
    ask = factories.ask(factories.details(category=legal))
    actions.exclude(ask, people=[user], by=coordinator(factories.person("Dora")))
    row = ask.exclusions.get()
    assert (row.person, excluded_account(row)) == (None, user)
    erase_account(user)
    assert not ask.exclusions.exists()
