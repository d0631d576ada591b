"""Whether keys may be made: not for a database that was used with others."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

NAMES_ITS_KEYS = "SELECT 1 FROM backups_siteidentity"
HAS_PEOPLE = "SELECT 1 FROM people_user"
"""Of a database from before it named its keys."""
LOST = (
    "The keys are missing, and the database was used with some that only their copy can replace. Put the"
    " secrets.json of the backup back in its place, or its SECRET_KEY and CONTACT_KEYS into the environment."
)


def refuse_new_keys(database: dict[str, Any]) -> None:
    """Let keys be made for a new database. One that does not answer is checked as soon as it does.

    Raises `ImproperlyConfigured` for one that was used before.
    """
    ask = _ask_sqlite if database["ENGINE"].endswith("sqlite3") else _ask_postgres
    if any(ask(database, question) for question in (NAMES_ITS_KEYS, HAS_PEOPLE)):
        raise ImproperlyConfigured(LOST)


def _ask_sqlite(database: dict[str, Any], question: str) -> bool:
    if not Path(database["NAME"]).is_file():
        return False
    try:
        with closing(sqlite3.connect(database["NAME"])) as connection:
            return connection.execute(question).fetchone() is not None
    except sqlite3.Error:
        return False


def _ask_postgres(database: dict[str, Any], question: str) -> bool:
    import psycopg  # five megabytes, which a site on SQLite never needs

    options = {name: value for name, value in database["OPTIONS"].items() if name != "pool"}
    named = {
        "dbname": "NAME",
        "host": "HOST",
        "port": "PORT",
        "user": "USER",
        "password": "PASSWORD",
    }
    where = {word: database[name] for word, name in named.items() if database.get(name)}
    try:
        with psycopg.connect(**where, **options) as connection:
            return connection.execute(question.encode()).fetchone() is not None
    except psycopg.Error:
        return False
