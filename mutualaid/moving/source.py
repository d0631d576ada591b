"""The SQLite database that is moved: nobody else opens it meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mutualaid.moving.errors import CannotMove

OTHERS_END_WITHIN = 5.0
"""Seconds."""


@contextmanager
def standing_still(file: Path) -> Iterator[sqlite3.Connection]:
    """Open the database `file`, and keep everybody else out of it, readers too, for the block.

    Raises `CannotMove` where there is none, where someone uses it, and where it is damaged.
    """
    try:
        found = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=OTHERS_END_WITHIN,
            isolation_level=None,
        )
    except sqlite3.OperationalError:
        raise CannotMove(f"There is no database in {file}.") from None
    with closing(found) as connection:
        # What is no UTF-8 is told with its table and row where it is copied.
        connection.text_factory = lambda raw: raw.decode(errors="surrogateescape")
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise CannotMove(
                "Something still uses the database. Stop web server, worker and beat first."
            ) from None
        _check_sound(connection)
        yield connection
        connection.execute("ROLLBACK")


def applied_migrations(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """Return app and name of each."""
    rows = connection.execute("SELECT app, name FROM django_migrations")
    return {(str(app), str(name)) for app, name in rows}


def _check_sound(connection: sqlite3.Connection) -> None:
    # What a rule forbids is told with its row where PostgreSQL refuses it.
    connection.execute("PRAGMA ignore_check_constraints = ON")
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise CannotMove("The database is damaged. Restore a backup first.")
    for table, row, *_rest in connection.execute("PRAGMA foreign_key_check"):
        raise CannotMove(
            f"Nothing was moved. In the table {table} the row {row} names another that is gone."
        )
