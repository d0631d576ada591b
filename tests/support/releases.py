"""Sites as past releases left them (`tests/upgrades/make_data.py`), on either database."""

import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

BASE = Path(__file__).parents[2]
FOLDER = BASE / "tests" / "upgrades"
RELEASES = sorted(path.parent.name for path in FOLDER.glob("*/data.sql.gz"))
MOMENT = re.compile(r"'(\d{4}-\d\d-\d\d)( \d\d:\d\d:\d\d(?:\.\d+)?)?'")


def facts(release: str) -> dict[str, Any]:
    """Return its keys, and what of its data has to be known later."""
    found: dict[str, Any] = json.loads((FOLDER / release / "facts.json").read_text())
    return found


def write_sqlite(release: str, file: Path) -> None:
    """Write the database of `release`, moved by whole weeks to now: links and needs end one day."""
    text = gzip.decompress((FOLDER / release / "data.sql.gz").read_bytes()).decode()
    made_on = date.fromisoformat(facts(release)["made_on"])
    weeks = timedelta(weeks=(datetime.now(UTC).date() - made_on).days // 7)

    def later(found: re.Match[str]) -> str:
        return f"'{date.fromisoformat(found[1]) + weeks}{found[2] or ''}'"

    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(MOMENT.sub(later, text) if weeks else text)


def environment(release: str, folder: Path, database_url: str = "") -> dict[str, str]:
    """Return the environment of a site with its keys, on SQLite in `folder` or elsewhere."""
    inherited = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    keys = facts(release)["keys"]
    own = {"DJANGO_SETTINGS_MODULE": "mutualaid.settings", "LOG_LEVEL": "CRITICAL"}
    own |= {"DATA_DIR": str(folder), "SECRET_KEY": keys["secret_key"]}
    own["CONTACT_KEYS"] = ",".join(keys["contact_keys"])
    return inherited | own | ({"DATABASE_URL": database_url} if database_url else {})


def run(environment: dict[str, str], *words: str, cwd: Path = BASE) -> str:
    """Run Python with these words; return what it printed. Fails with what it said."""
    done = subprocess.run(
        [sys.executable, *words], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@contextmanager
def new_database(server: str, template: str = "template1") -> Iterator[str]:
    """Make a database on the PostgreSQL at `server`; yield its address."""
    name = f"site_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"'.encode())
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
