"""A site moves from SQLite to PostgreSQL whole, or not at all. On a PostgreSQL of these tests' own."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from mutualaid.fund.actions import set_right
from mutualaid.moving.copying import copy_everything
from mutualaid.moving.errors import CannotMove
from mutualaid.moving.source import applied_migrations, standing_still
from mutualaid.moving.tables import OF_SQLITE
from mutualaid.moving.target import FILLED_BY_MIGRATE, connected, prepare, tables_of
from requests_app.actions import erase_need
from tests.servers import postgres
from tests.support import factories, money, recorded, scene
from tests.support.held import folder_held
from tests.support.migrated import TEMPLATE, copy_to
from tests.support.releases import (
    BASE,
    FOLDER,
    environment,
    new_database,
    run,
    write_sqlite,
)

pytestmark = pytest.mark.slow
RELEASE = "0.1.0"
PASSWORD = "hunter2hunter2"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    install = postgres.installed()
    if not install:
        pytest.skip("PostgreSQL is missing")
    with postgres.running(install, vacuums=False) as found:
        yield found.url


@pytest.fixture
def empty(server: str) -> Iterator[str]:
    """The address of a database with the tables of today, in which nobody has done anything."""
    with new_database(server, template=TEMPLATE) as url:
        yield url


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site after a flood, brought from its first release to today."""
    there = tmp_path_factory.mktemp("flood")
    write_sqlite(RELEASE, there / "db.sqlite3")
    run(environment(RELEASE, there), "manage.py", "migrate", "--verbosity=0")
    return there / "db.sqlite3"


@pytest.fixture
def flood(upgraded: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(upgraded)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
    return copy


def write(file: Path, statement: str, *values: object) -> None:
    """As a hand or a program of the past would, past all rules of the site."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute(statement, values)
        database.commit()


def move(file: Path, url: str, arrived: Callable[[str, int], object] = lambda *_: None) -> int:
    with standing_still(file) as source, connected(url) as target:
        return copy_everything(source, target, arrived)


def tables_with_rows(url: str) -> set[str]:
    with psycopg.connect(url) as target:
        names = tables_of(target)
        return {
            name
            for name in names
            if target.execute(f'SELECT 1 FROM "{name}" LIMIT 1'.encode()).fetchone()
        }


def refusal(file: Path, url: str) -> str:
    """Why it was not moved; nothing may have arrived then."""
    with pytest.raises(CannotMove) as why:
        move(file, url)
    assert tables_with_rows(url) <= FILLED_BY_MIGRATE
    return str(why.value)


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_one_row_of_everything_arrives_by_the_command(empty: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("moves away from SQLite")
    scene.build()
    pot, ann = money.pot(), money.approver("Ann")
    set_right(pot.entries.get(), amount=5, on_day=timezone.localdate(), by=ann)
    factories.set_policy(has_record=True)
    recorded.sealed(2)
    with connection.cursor() as cursor:
        here = {}
        names = set(connection.introspection.table_names(cursor))
        for name in names.difference(OF_SQLITE):  # an ANALYZE of an earlier test may have made some
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            here[name] = cursor.fetchone()[0]
    output = StringIO()
    call_command("move_database", empty, stdout=output)
    told = {line.split()[-1]: line.split()[0] for line in output.getvalue().splitlines()[:-4]}
    assert told == {name: f"{count:,}" for name, count in here.items()}
    assert sum(count > 0 for count in here.values()) > 40, "the scene fills most tables"
    with psycopg.connect(empty) as target:
        for name, count in here.items():
            found = target.execute(f'SELECT count(*) FROM "{name}"'.encode()).fetchone()
            assert found == (count,), name
        for table in ("fund_entry", "record_recordentry"):
            with pytest.raises(psycopg.IntegrityError, match="never changes"), target.transaction():
                target.execute(f"DELETE FROM {table}".encode())
    assert "DATABASE_URL" in output.getvalue()


def test_the_site_goes_on_there(flood: Path, empty: str, tmp_path: Path) -> None:
    rows = move(flood, empty)
    assert rows > 5_000
    there = environment(RELEASE, tmp_path, empty)
    run(there, "manage.py", "migrate", "--check")
    facts = str(FOLDER / RELEASE / "facts.json")
    said = run(there, "-m", "tests.upgrades.use_site", facts)
    assert '"next_id": 1, "matched": true, "next_claim": 1, "state": "claimed"' in said


def test_what_triggers_would_do_is_left_undone_and_they_work_again(flood: Path, empty: str) -> None:
    write(flood, "DELETE FROM matching_recheck")
    move(flood, empty)
    with psycopg.connect(empty) as target:
        noted = target.execute("SELECT count(*) FROM matching_recheck").fetchone()
        target.execute("DELETE FROM people_accountcontactpoint")
        after = target.execute("SELECT count(*) FROM matching_recheck").fetchone()
    assert noted == (0,)
    assert after != (0,)


def test_an_id_that_was_given_once_is_not_given_again(flood: Path, empty: str) -> None:
    write(flood, "UPDATE sqlite_sequence SET seq = 7000 WHERE name = 'requests_app_ask'")
    move(flood, empty)
    with psycopg.connect(empty) as target:
        query = "SELECT nextval(pg_get_serial_sequence('requests_app_ask', 'id'))"
        assert target.execute(query).fetchone() == (7001,)


def test_killed_half_way_nothing_has_arrived(flood: Path, empty: str) -> None:
    kill = (
        "import os, sys, django; from pathlib import Path; django.setup();"
        "from tests.moving.test_move_database import move;"
        "move(Path(sys.argv[1]), sys.argv[2], lambda *_: os.kill(os.getpid(), 9))"
    )
    there = environment(RELEASE, flood.parent)
    done = subprocess.run([sys.executable, "-c", kill, flood, empty], cwd=BASE, env=there)
    assert done.returncode == -signal.SIGKILL
    assert tables_with_rows(empty) <= FILLED_BY_MIGRATE
    assert move(flood, empty) > 5_000


LANGUAGE = "UPDATE catalog_language SET name = {} WHERE id = 3"
NEED = "UPDATE requests_app_need SET {} = ? WHERE id = 9"
OF_LANGUAGE = "row 3 of the table catalog_language, column name: "
OF_NEED = "row 9 of the table requests_app_need"


@pytest.mark.parametrize(
    ("statement", "value", "said"),
    [
        (LANGUAGE.format("?"), "x" * 41, OF_LANGUAGE + "the text is too long"),
        (LANGUAGE.format("?"), "a\0b", OF_LANGUAGE + "there is a character"),
        (LANGUAGE.format("CAST(? AS TEXT)"), b"caf\xe9", OF_LANGUAGE + "there is a character"),
        (NEED.format("needed_by"), "2026-13-45", OF_NEED + ", column needed_by: that is no date"),
        (NEED.format("created_at"), "soon", OF_NEED + ", column created_at: that is no date"),
        (NEED.format("created_at"), "today", OF_NEED + " did not arrive as it was"),
        (NEED.format("week_parts"), "some", OF_NEED + ", column week_parts"),
        (NEED.format("state"), "nowhere", OF_NEED + ": CheckViolation"),
        (NEED.format("category_id"), 99_999, "requests_app_need the row 9 names another that is"),
    ],
)
def test_a_value_that_cannot_be_moved_is_named_without_its_text(
    flood: Path, empty: str, statement: str, value: object, said: str
) -> None:
    write(flood, statement, value)
    why = refusal(flood, empty)
    assert said in why
    assert "nowhere" not in why
    assert "xxx" not in why


def test_a_database_with_rows_is_left_alone(flood: Path, empty: str) -> None:
    with psycopg.connect(empty) as target:
        target.execute("INSERT INTO catalog_language (code, name) VALUES ('xx', 'Elsewhere')")
    with (
        standing_still(flood) as source,
        connected(empty) as target,
        pytest.raises(CannotMove, match="not empty: there are rows in catalog_language"),
    ):
        prepare(target, empty, applied_migrations(source))


def test_another_release_is_not_moved(flood: Path, empty: str) -> None:
    write(flood, "DELETE FROM django_migrations WHERE name = '0015_week_of_the_help'")
    with (
        standing_still(flood) as source,
        connected(empty) as target,
        pytest.raises(CannotMove, match="of this release"),
    ):
        prepare(target, empty, applied_migrations(source))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"postgres://me:{PASSWORD}@127.0.0.1:1/there", "does not answer"),
        (f"postgres://me:{PASSWORD}@nowhere.invalid/there", "does not answer"),
        (f"postgres://me:{PASSWORD}@127.0.0.1:port/there", "postgres://NAME:PASSWORD@HOST"),
        (f"mysql://me:{PASSWORD}@127.0.0.1/there", "postgres://NAME:PASSWORD@HOST"),
        (f"postgres://me:{PASSWORD}@[127/there", "postgres://NAME:PASSWORD@HOST"),
        (f"{PASSWORD}", "postgres://NAME:PASSWORD@HOST"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_sentence_without_the_password(
    url: str, said: str
) -> None:
    with pytest.raises(CannotMove) as why, connected(url):
        pass
    assert said in str(why.value)
    assert PASSWORD not in str(why.value)
    assert "\n" not in str(why.value)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "db.sqlite3"
    copy_to(file)
    return file


def test_who_still_uses_the_database_stops_the_move(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mutualaid.moving.source.OTHERS_END_WITHIN", 0.1)
    with closing(sqlite3.connect(small)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("SELECT count(*) FROM people_user").fetchone()
        with pytest.raises(CannotMove, match="still uses"), standing_still(small):
            pass


def test_nobody_writes_or_reads_while_it_is_moved(small: Path) -> None:
    with (
        standing_still(small),
        closing(sqlite3.connect(small, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("SELECT count(*) FROM people_user")


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_a_site_that_runs_is_not_moved(settings: object) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("moves away from SQLite")
    with (
        folder_held(settings.DATA_DIR),  # type: ignore[attr-defined]
        pytest.raises(CommandError, match="runs already"),
    ):
        call_command("move_database", "postgres://nobody@127.0.0.1:1/there")


def test_no_database_is_made_where_there_is_none(tmp_path: Path) -> None:
    with (
        pytest.raises(CannotMove, match="no database"),
        standing_still(tmp_path / "db.sqlite3"),
    ):
        pass
    assert os.listdir(tmp_path) == []


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_a_site_from_which_someone_was_erased_is_moved_as_well(empty: str, settings: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("moves away from SQLite")
    settings.ERASURE_LEDGER = settings.DATA_DIR / "moved-erasures.csv"
    need = factories.need()
    erase_need(need)
    assert settings.ERASURE_LEDGER.read_text()
    output = StringIO()
    call_command("move_database", empty, stdout=output)
    assert "requests_app_need" in output.getvalue()
