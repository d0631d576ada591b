"""The PostgreSQL that the site is moved to: empty, and of this release."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

from mutualaid.moving.errors import CannotMove

Target: TypeAlias = psycopg.Connection[tuple[Any, ...]]
ANSWERS_WITHIN = 5
"""Seconds."""
FILLED_BY_MIGRATE = {
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "matching_backlogchange",
    "matching_scoringweights",
}
"""The tables that have rows in a database in which nobody has done anything."""


@contextmanager
def connected(url: str) -> Iterator[Target]:
    """Connect to the PostgreSQL at `url`, which may hold a password that no message repeats.

    Raises `CannotMove` for what is no such address, and where nothing answers there.
    """
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("postgres", "postgresql") and parts.port != 0
    except ValueError:
        is_address = False
    right = "Write the new database as postgres://NAME:PASSWORD@HOST/DATABASE."
    if not is_address:
        raise CannotMove(right)
    try:
        found = psycopg.connect(url, connect_timeout=ANSWERS_WITHIN, autocommit=True)
    except psycopg.OperationalError as error:
        reason = without_password(str(error), url)
        raise CannotMove(f"The new database does not answer: {reason}") from None
    except (psycopg.Error, UnicodeError):
        raise CannotMove(right) from None
    with closing(found) as connection:
        yield connection


def prepare(target: Target, url: str, release: set[tuple[str, str]]) -> None:
    """Make the tables of this release in an empty database.

    `release` is what is applied in the database that is moved, app and name of each migration.
    Raises `CannotMove` where the database is not empty, or one of the two is of another release.
    """
    _check_empty(target)
    for command in ("migrate", "createcachetable"):
        _manage(command, url)
    if _applied(target) != release:
        raise CannotMove(
            "Both databases have to be of this release. Run manage.py migrate here, and move into "
            "a new and empty one."
        )


def tables_of(target: Target) -> list[str]:
    """Return the names of all tables, sorted."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    return [str(name) for (name,) in target.execute(query)]


def without_password(text: str, url: str) -> str:
    """Return the first line of `text` that says something, without the password of `url`."""
    line = next(iter(text.strip().splitlines()), "")
    password = urlsplit(url).password
    for secret in {password, unquote(password)} if password else ():
        line = line.replace(secret, "…")
    return line


def _check_empty(target: Target) -> None:
    for table in tables_of(target):
        has_rows = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
        found = target.execute(has_rows).fetchone()
        if table not in FILLED_BY_MIGRATE and found and found[0]:
            raise CannotMove(
                f"The new database is not empty: there are rows in {table}. Nothing was changed. "
                "Make an empty one."
            )


def _applied(target: Target) -> set[tuple[str, str]]:
    rows = target.execute("SELECT app, name FROM django_migrations")
    return {(str(app), str(name)) for app, name in rows}


def _manage(command: str, url: str) -> None:
    """Run it in a process of its own, whose settings name the new database."""
    done = subprocess.run(
        [sys.executable, "manage.py", command, "--verbosity=0"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = without_password(done.stderr.strip().rpartition("\n")[2], url)
        raise CannotMove(f"The tables could not be made in the new database: {reason}")
