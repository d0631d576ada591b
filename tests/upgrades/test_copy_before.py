"""Before a site is upgraded a copy of it is kept, and what fails leaves it as it was. On SQLite."""

import os
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from mutualaid.retention.copies import KEPT
from mutualaid.retention.tasks import sweep
from tests.support import factories
from tests.support.migrated import copy_to
from tests.support.releases import BASE, environment, write_sqlite

RELEASE = "0.1.0"
UPGRADE = """
import os, sys, django
django.setup()
from mutualaid.standalone import upgrade
from mutualaid.standalone.errors import CannotStart
call_command = upgrade.call_command
def begin(*words, **options):
    call_command("migrate", "people", "0005", verbosity=0)
    if sys.argv[1] == "killed":
        os.kill(os.getpid(), 9)
    if sys.argv[1] == "fail":
        raise RuntimeError("half way")
if sys.argv[1] != "whole":
    upgrade.call_command = begin
try:
    upgrade.upgrade()
except CannotStart as reason:
    sys.exit(str(reason))
"""


def upgrade(folder: Path, how: str) -> subprocess.CompletedProcess[str]:
    """The whole of it, or its first migrations alone: which end well, "fail" after them, or are "killed"."""
    words = [sys.executable, "-c", UPGRADE, how]
    there = environment(RELEASE, folder)
    return subprocess.run(words, cwd=BASE, env=there, capture_output=True, text=True)


def everything(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("before-*"))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    write_sqlite(RELEASE, tmp_path / "db.sqlite3")
    return tmp_path


@pytest.mark.slow
def test_a_copy_of_the_site_as_it_was_is_kept_for_its_owner_alone(old: Path) -> None:
    before = everything(old / "db.sqlite3")
    done = upgrade(old, "whole")
    assert done.returncode == 0, done.stderr
    (copy,) = kept(old)
    assert str(copy) in done.stdout
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert everything(copy) == before
    assert everything(old / "db.sqlite3") != before


@pytest.mark.slow
def test_an_upgrade_that_fails_half_way_leaves_all_as_it_was_and_says_what_to_do(old: Path) -> None:
    before = everything(old / "db.sqlite3")
    done = upgrade(old, "fail")
    assert done.returncode == 1
    assert "as it was: start the release that ran before" in done.stderr
    assert everything(old / "db.sqlite3") == before


@pytest.mark.slow
def test_the_copy_of_an_upgrade_that_is_killed_is_kept_until_one_succeeds(old: Path) -> None:
    before = everything(old / "db.sqlite3")
    for _again in range(KEPT + 1):
        assert upgrade(old, "killed").returncode == -9
    (copy,) = kept(old)
    assert everything(old / "db.sqlite3") != before
    assert everything(copy) == before

    assert upgrade(old, "fail").returncode == 1
    assert everything(old / "db.sqlite3") == before

    assert upgrade(old, "begin").returncode == 0
    assert everything(min(kept(old))) == before
    assert not (old / "upgrading").exists()


@pytest.mark.slow
def test_tries_that_fail_leave_one_copy_of_the_first_and_those_of_other_releases(old: Path) -> None:
    others = [old / f"before-0.0.{n}-20260101T000000.sqlite3" for n in range(KEPT + 1)]
    for n, other in enumerate(others):
        other.touch()
        os.utime(other, (n, n))
    for _again in range(2):
        assert upgrade(old, "fail").returncode == 1
        assert len(kept(old)) == len(others) + 1
    assert upgrade(old, "begin").returncode == 0
    assert len(kept(old)) == KEPT


@pytest.mark.slow
def test_no_copy_is_kept_where_nothing_changes_or_nothing_was(tmp_path: Path) -> None:
    current, fresh = tmp_path / "current", tmp_path / "fresh"
    copy_to(current / "db.sqlite3")
    fresh.mkdir()
    for folder, how in ((current, "whole"), (fresh, "begin")):
        assert upgrade(folder, how).returncode == 0
        assert kept(folder) == []


@pytest.mark.slow
def test_without_room_for_a_copy_nothing_is_changed(old: Path) -> None:
    before = everything(old / "db.sqlite3")
    code = UPGRADE.replace(
        "upgrade.upgrade()",
        "upgrade._copy = lambda *_: (_ for _ in ()).throw(OSError(28, 'No space left on device')); "
        "upgrade.upgrade()",
    )
    words = [sys.executable, "-c", code, "whole"]
    there = environment(RELEASE, old)
    done = subprocess.run(words, cwd=BASE, env=there, capture_output=True, text=True)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert everything(old / "db.sqlite3") == before
    assert kept(old) == []


@pytest.mark.django_db
def test_copies_go_with_the_backups_of_their_day(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    factories.set_policy(backup_days=10)
    ages = {"before-0.1.0-a.sqlite3": 11, "before-0.1.0-b.sqlite3": 9, "db.sqlite3": 99}
    for name, days in ages.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - days * 86_400,) * 2)
    sweep()
    assert {path.name for path in tmp_path.iterdir()} == {"before-0.1.0-b.sqlite3", "db.sqlite3"}
