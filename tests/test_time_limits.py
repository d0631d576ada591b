"""PostgreSQL ends what takes too long: a page answers kindly, and a migration lets others pass."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import close_old_connections, connection
from django.test import Client

from mutualaid.management.commands import migrate
from mutualaid.settings.database import SQLITE, database, limit_pages
from mutualaid.settings.environment import Environment
from mutualaid.statements.kept import preparing_cursor


@contextmanager
def somebody_reads(table: str) -> Iterator[psycopg.Connection]:
    """Another transaction has looked at the table, and has not ended."""
    where = connection.get_connection_params()
    known = {name: where[name] for name in ("dbname", "host", "user") if name in where}
    with psycopg.connect(**known) as other:
        other.execute(f"SELECT 1 FROM {table} LIMIT 1".encode())
        yield other


def options_of(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, object]:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@db.example/site?sslmode=require")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found: dict[str, object] = database(Environment(), Path("/unused"), testing=False)["OPTIONS"]
    return found


def options_of_pages(monkeypatch: pytest.MonkeyPatch) -> str:
    """As a process has them once it has answered a request."""
    options = options_of(monkeypatch)
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    limit_pages()
    return str(options["options"])


def test_pages_wait_for_less_than_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = options_of(monkeypatch)
    assert "-c statement_timeout=600s -c lock_timeout=60s" in str(tasks["options"])
    assert tasks["sslmode"] == "require"
    pages = options_of_pages(monkeypatch)
    assert pages.endswith(
        "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
    )


def test_sqlite_has_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    options = dict(SQLITE)
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    limit_pages()
    assert options == SQLITE


@pytest.mark.django_db(transaction=True)
def test_on_sqlite_the_next_page_of_a_thread_finds_its_connection_open() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has a pool")
    connection.close()
    connection.ensure_connection()
    opened = connection.connection
    close_old_connections()  # as between two requests
    assert connection.connection is opened


def test_behind_pgbouncer_nothing_is_asked_that_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "options" not in options_of(monkeypatch, PGBOUNCER="1")
    assert database(Environment(), Path("/unused"), testing=False)["DISABLE_SERVER_SIDE_CURSORS"]


def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one limit, of the connection")


@pytest.mark.django_db
def test_behind_pgbouncer_nothing_is_prepared() -> None:
    on_postgresql()
    connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        with preparing_cursor(connection) as cursor:
            cursor.execute("SELECT %s::int + 1 AS kept", [41])
            assert cursor.fetchone() == (42,)
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            assert cursor.fetchone() == (0,)
    finally:
        connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False


@pytest.mark.django_db(transaction=True)
def test_postgresql_takes_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    on_postgresql()
    where = connection.get_connection_params()
    options = options_of_pages(monkeypatch)
    known = {name: where[name] for name in ("dbname", "host", "user") if name in where}
    with psycopg.connect(**known, options=options) as page:
        names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        shown = [page.execute(f"SHOW {name}".encode()).fetchone() for name in names]
    assert shown == [("15s",), ("5s",), ("1min",)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout"])
def test_a_page_that_waits_too_long_answers_503_and_the_next_one_is_there(limit: str) -> None:
    on_postgresql()
    client = Client(raise_request_exception=False)
    with connection.cursor() as cursor:
        cursor.execute(f"SET {limit} = '100ms'")
    try:
        with somebody_reads("requests_app_need") as other:
            other.execute("LOCK TABLE requests_app_need IN ACCESS EXCLUSIVE MODE")
            late = client.get("/board/")
        after = client.get("/board/")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"RESET {limit}")
    assert late.status_code == 503
    assert after.status_code == 200


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_migration_waits_two_seconds_for_a_table_in_use_and_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_postgresql()
    output = StringIO()
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 1)
    with somebody_reads("requests_app_need") as other:
        # Whoever held the table is done while the migration pauses.
        monkeypatch.setattr("time.sleep", lambda _seconds: other.rollback())
        call_command("migrate", stdout=output)
    assert "A table is in use" in output.getvalue()
    assert "No migrations to apply" in output.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() != ("1s",)
