"""A real site of an earlier release, started by today's `up`. On SQLite."""

import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from secrets import token_bytes

import pytest

from tests.support.releases import environment, write_sqlite
from tests.support.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
RELEASE = "0.1.0"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of that release, with its data and keys, that does not run."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    write_sqlite(RELEASE, folder / "db.sqlite3")
    with closing(sqlite3.connect(folder / "db.sqlite3")) as connection:
        # Some of its people are of the demo, with which no real site starts.
        connection.execute("UPDATE people_user SET email = replace(email, '@demo.', '@once-demo.')")
        connection.commit()
    keys = environment(RELEASE, folder)
    site = Site(folder, **{name: keys[name] for name in ("SECRET_KEY", "CONTACT_KEYS")})
    yield site
    site.clear_up()


def test_it_starts_and_answers(site: Site) -> None:
    site.start()
    assert site.answers()
    assert list(site.folder.glob("before-*"))


def test_with_other_keys_it_says_which_are_missing_and_changes_nothing(site: Site) -> None:
    site.environment["CONTACT_KEYS"] = f"new:{b64encode(token_bytes(32)).decode()}"
    before = everything(site.folder / "db.sqlite3")
    said = site.refuses("up", "--port", str(site.port))
    assert "Put the secrets.json of the backup back" in said
    assert everything(site.folder / "db.sqlite3") == before


def everything(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())
