"""What load balancers ask: it says whether pages are served, quickly, by whatever name and way they ask."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection, connections
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.health import checks, look
from mutualaid.health.heartbeats import BEAT, WORKERS
from mutualaid.health.models import Heartbeat
from mutualaid.health.own_connection import own_connection
from mutualaid.notify.models import Attempt, Notification
from requests_app.models import Need
from tests.support import factories
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db(transaction=True)


def said(client) -> object:
    look._rounds.clear()
    return client.get("/readyz").json()


def degraded(*names: str) -> dict[str, object]:
    return {"status": "degraded", "checks": list(names)}


def only(**ages: timedelta) -> None:
    for part, age in ages.items():
        Heartbeat.objects.filter(part=part.replace("_", "-")).update(at=Now() - age)


@contextmanager
def deaf_server() -> Iterator[int]:
    """A server that takes every connection and never answers; yields its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server.getsockname()[1]


def test_a_site_whose_parts_all_live_is_well(client, all_live):
    assert said(client) == {"status": "ok"}


@pytest.mark.parametrize("part", [BEAT, *WORKERS])
def test_a_part_that_was_not_heard_of_for_minutes_is_named(client, all_live, part):
    Heartbeat.objects.filter(part=part).update(at=Now() - timedelta(minutes=3))
    assert said(client) == degraded(part)


def test_a_part_that_never_lived_is_named(client, all_live):
    Heartbeat.objects.filter(part=BEAT).delete()
    assert said(client) == degraded(BEAT)


def test_a_broker_that_takes_connections_and_never_answers_is_named(
    client, all_live, settings, monkeypatch
):
    monkeypatch.undo()
    monkeypatch.setattr(checks, "_free_bytes", lambda _folder: 50_000_000_000)
    with deaf_server() as port:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
        assert said(client) == degraded("broker")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("minutes", "answer"), [(9, {"status": "ok"}), (11, degraded("messages"))])
def test_a_message_that_waits_for_long_is_named(client, all_live, minutes, answer):
    ask_by(MAIL)
    Need.objects.update(match_due_at=None)
    Notification.objects.update(due_at=Now() - timedelta(minutes=minutes))
    assert said(client) == answer


@pytest.mark.parametrize(("minutes", "answer"), [(9, {"status": "ok"}), (11, degraded("matching"))])
def test_a_need_that_waits_for_long_is_named(client, all_live, minutes, answer):
    factories.need()
    Notification.objects.all().delete()
    Need.objects.update(match_due_at=Now() - timedelta(minutes=minutes))
    assert said(client) == answer


@pytest.mark.parametrize(
    ("hours", "answer"), [(0.9, {"status": "ok"}), (2.1, degraded("channel-email"))]
)
def test_hours_without_mail_show(client, all_live, hours, answer):
    """The message is tried again and again, so that it is never late itself."""
    ask_by(MAIL)
    Need.objects.update(match_due_at=None)
    Notification.objects.update(due_at=Now() + timedelta(minutes=5))
    message = Notification.objects.get()
    Attempt.objects.create(
        notification=message,
        channel="email",
        reached="x",
        began_at=timezone.now() - timedelta(hours=hours),
    )
    assert said(client) == answer


def test_mail_that_went_out_meanwhile_is_well(client, all_live):
    test_hours_without_mail_show(client, None, 2.1, degraded("channel-email"))
    Attempt.objects.create(
        notification=Notification.objects.get(),
        channel="email",
        reached="y",
        state=Attempt.State.SENT,
        sent_at=timezone.now(),
    )
    assert said(client) == {"status": "ok"}


def test_a_way_on_which_all_is_given_up_is_named(client, all_live):
    ask_by(MAIL)
    Need.objects.update(match_due_at=None)
    Notification.objects.update(state=Notification.State.FAILED)
    message = Notification.objects.get()
    ago = timezone.now() - timedelta(hours=3)
    failed = {"state": Attempt.State.FAILED, "failed_at": ago, "began_at": ago}
    for n in range(5):
        assert said(client) == {"status": "ok"}
        Attempt.objects.create(notification=message, channel="sms", reached=str(n), **failed)
    assert said(client) == degraded("channel-sms")


@pytest.mark.parametrize(
    ("channel", "hours", "error"), [("push", 3, "PermanentFailure"), ("sms", 25, "Timeout")]
)
def test_browsers_that_are_gone_and_failures_of_days_ago_are_no_broken_way(
    client, all_live, channel, hours, error
):
    ask_by(MAIL)
    Need.objects.update(match_due_at=None)
    Notification.objects.update(state=Notification.State.FAILED)
    ago = timezone.now() - timedelta(hours=hours)
    failed = {"state": Attempt.State.FAILED, "failed_at": ago, "began_at": ago, "error": error}
    for n in range(5):
        message = Notification.objects.get()
        Attempt.objects.create(notification=message, channel=channel, reached=str(n), **failed)
    assert said(client) == {"status": "ok"}


def test_a_disk_that_is_nearly_full_is_named(client, all_live, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr("mutualaid.beat.Redis.ping", lambda _redis: True)
    full = SimpleNamespace(f_bavail=10, f_frsize=4096)
    monkeypatch.setattr("mutualaid.health.checks.os.statvfs", lambda _folder: full)
    assert said(client) == degraded("disk")


def test_a_clock_that_is_ahead_is_named(client, all_live):
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        findings = {one.name: one for one in checks.clocks()}
    assert (findings["clock"].state.name, "12" in findings["clock"].sentence) == ("LATE", True)


def test_a_part_that_was_heard_of_in_the_future_is_a_wrong_clock(client, all_live):
    only(beat=-timedelta(minutes=10))
    assert said(client) == degraded("clock")


def test_keys_that_open_nothing_are_named(client, all_live, monkeypatch):
    monkeypatch.setattr("mutualaid.checks.decrypt", lambda *_args, **_more: "")
    assert said(client) == degraded("keys")


def test_a_database_of_another_release_is_named(client, all_live, monkeypatch):
    newer = {*checks._migrations_of_this_release(), ("notify", "9999_of_the_next_release")}
    monkeypatch.setattr(checks, "_migrations_of_this_release", lambda: newer)
    assert said(client) == degraded("migrations")


def test_a_database_that_lacks_a_table_is_served_and_named(client, all_live):
    with connection.schema_editor() as editor:
        editor.delete_model(Heartbeat)
    try:
        assert client.get("/readyz").json()["status"] == "degraded"
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(Heartbeat)


def test_without_a_database_it_is_not_ready(client, all_live, monkeypatch):
    def away(*_args: object) -> None:
        raise OSError

    monkeypatch.setattr(look, "own_connection", away)
    monkeypatch.setattr(threading, "excepthook", lambda _args: None)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "no database"})


@pytest.mark.skipif("sqlite" in django_settings.DATABASES["default"]["ENGINE"], reason="no server")
class TestServer:
    def test_a_database_that_takes_connections_and_never_answers_is_not_ready(
        self, client, all_live
    ):
        with deaf_server() as port:
            before = dict(connections["default"].settings_dict)
            connections["default"].settings_dict |= {"HOST": "127.0.0.1", "PORT": port}
            try:
                began = time.monotonic()
                answer = client.get("/readyz")
                took = time.monotonic() - began
            finally:
                connections["default"].settings_dict |= before
        assert answer.status_code == 503
        assert took < 60  # it waits for no database; how fast it is, is measured by hand

    def test_behind_pgbouncer_nothing_is_said_of_limits(self, monkeypatch):
        """It refuses such a connection, and gives each transaction another one."""
        options = connections["default"].settings_dict["OPTIONS"]
        monkeypatch.delitem(options, "options")
        with own_connection(seconds=1):
            assert "options" not in connections["default"].settings_dict["OPTIONS"]
            assert [one.name for one in checks.database()] == ["database"]

    def test_a_table_that_is_locked_holds_up_no_answer(self, client, all_live):
        table = Notification._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            try:
                answer = client.get("/readyz")
            finally:
                cursor.execute("ROLLBACK")
        assert answer.status_code == 200
        assert "messages" in answer.json()["checks"]

    def test_while_a_round_waits_for_locked_tables_pages_are_served(self, client, all_live):
        tables = ", ".join(model._meta.db_table for model in (Notification, Need))
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
            try:
                look.look()
                answers = [client.get("/readyz") for _ in range(2)]
            finally:
                cursor.execute("ROLLBACK")
        for answer in answers:
            assert answer.status_code == 200
            assert BEAT not in answer.json()["checks"]


def test_a_hung_look_is_not_joined_by_a_second(client, all_live, monkeypatch):
    hung, goes_on, begun = threading.Event(), threading.Event(), []

    def hangs() -> Iterator[object]:
        begun.append(1)
        hung.set()
        goes_on.wait()
        yield from ()

    monkeypatch.setattr(look, "WITHIN_SECONDS", 0.05)
    monkeypatch.setitem(checks.GROUPS, "broker", (hangs,))
    try:
        answers = [client.get("/readyz").json()]
        assert hung.wait(10)
        answers += [client.get("/readyz").json() for _ in range(4)]
    finally:
        goes_on.set()
    assert len(begun) == 1
    assert all("broker" in answer["checks"] for answer in answers)


def test_what_a_slow_round_has_brought_holds_while_it_goes_on(all_live, monkeypatch):
    hangs, goes_on = threading.Event(), threading.Event()

    def slow() -> Iterator[object]:
        hangs.set()
        goes_on.wait()
        yield from ()

    monkeypatch.setattr(look, "WITHIN_SECONDS", 0.05)
    monkeypatch.setitem(checks.GROUPS, "tables", (checks.heartbeats, slow))
    try:
        look.look()
        hangs.wait()
        for _ in range(3):
            answers = {one.name: one for one in look.look()}
    finally:
        goes_on.set()
    assert answers[BEAT].is_ok
    assert not answers["matching"].is_ok


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
class TestByAnyName:
    def test_it_answers_by_address_and_foreign_host(self, client, all_live, path):
        for host in ("10.1.2.3", "10.1.2.3:8000", "elsewhere.example"):
            assert client.get(path, headers={"host": host}).status_code == 200

    def test_it_answers_over_http_without_a_redirect(self, client, all_live, settings, path):
        settings.SECURE_SSL_REDIRECT = True
        answer = client.get(path, headers={"host": "10.1.2.3"})
        assert answer.status_code == 200
        assert "Content-Security-Policy" in answer.headers

    def test_a_foreign_host_gets_nothing_else(self, client, all_live, path):
        assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400
        assert client.get(f"{path}/", headers={"host": "elsewhere.example"}).status_code == 400


def test_healthz_asks_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz", headers={"host": "10.1.2.3"})
    assert answer.json() == {"status": "ok"}
    assert not answer.cookies
