"""A site of each past release is upgraded, with everything in it, and goes on as it was."""

import json
import os
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.releases import (
    FOLDER,
    RELEASES,
    environment,
    facts,
    new_database,
    run,
    write_sqlite,
)

pytestmark = [pytest.mark.slow, pytest.mark.each_database]
LEFT_OUT = {
    "people_ratelimitwindow",  # counts of minutes
    "django_session",  # 0.1.0's end with people.0006
    "matching_offerindexentry",  # found again when looked for
    "sqlite_sequence",
}


@pytest.fixture(scope="module", params=RELEASES)
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Any:
    """Return the facts of a release, its keys by table as they were, and what the site of today says."""
    release = request.param
    folder = tmp_path_factory.mktemp("upgraded")
    old = folder / "old.sqlite3"
    write_sqlite(release, old)
    with ExitStack() as stack:
        url = ""
        if server := os.environ.get("DATABASE_URL"):
            url = stack.enter_context(new_database(server))
        there = environment(release, folder, url)
        if url:
            run(there, "-m", "tests.upgrades.load_on_postgres", str(old), url)
        else:
            write_sqlite(release, folder / "db.sqlite3")
        run(there, "manage.py", "migrate", "--verbosity=0")
        words = ("-m", "tests.upgrades.use_site", str(FOLDER / release / "facts.json"))
        yield facts(release), _keys(old), json.loads(run(there, *words))


def _keys(file: Path) -> dict[str, set[str]]:
    with closing(sqlite3.connect(file)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found = {}
        for (name,) in names:
            columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
            key = next((row[1] for row in columns if row[5]), None)
            if key:
                rows = connection.execute(f'SELECT "{key}" FROM "{name}"')
                found[name] = {str(value) for (value,) in rows}
        return found


def test_every_row_is_still_there(upgraded):
    _facts, before, now = upgraded
    assert sum(map(len, before.values())) > 4_000, "the data of a release are small but full"
    for table, keys in before.items():
        if table not in LEFT_OUT:
            assert table in now["rows"], table
            assert keys <= set(now["rows"][table]), table


def test_pages_links_and_calendars_open(upgraded):
    _facts, _before, now = upgraded
    assert now["pages"] == dict.fromkeys(now["pages"], 200)
    assert now["link_names_helper"]


def test_what_is_encrypted_opens(upgraded):
    known, _before, now = upgraded
    assert now["contact"] == known["contact"]
    assert now["notes_read"] > 300


def test_a_need_is_asked_matched_and_claimed_and_ids_go_on(upgraded):
    _facts, _before, now = upgraded
    assert now["next_id"] == 1
    assert now["matched"]
    assert (now["next_claim"], now["state"]) == (1, "claimed")
