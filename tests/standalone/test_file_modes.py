"""No other account on the machine reads a file of the site, whoever made it and with whichever umask."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from mutualaid.standalone.file_modes import tighten
from tests.support.site import Site


def open_to_others(folder: Path) -> list[str]:
    """What in `folder`, and itself, another account may do anything with."""
    return [
        f"{stat.S_IMODE(path.lstat().st_mode):o} {path}"
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and path.lstat().st_mode & 0o077
    ]


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    """A demo with all it has in its folder, whatever database the tests run on."""
    site = new_site(DEMO="1")
    for name in ("DATABASE_URL", "EMAIL_URL"):
        site.environment.pop(name, None)
    return site


@pytest.mark.slow
def test_each_command_by_itself_makes_files_for_this_account_alone(site: Site):
    commands = ["migrate", "seed", "demo", "collectstatic --noinput", "deliver", "rotate_keys"]
    for command in commands:
        done = site.manage(*command.split())
        assert done.returncode == 0, done.stdout
        assert open_to_others(site.folder) == [], command
    made = {path.name for path in site.folder.iterdir()}
    assert {"db.sqlite3", "secrets.json", "demo-password", "static", "mail"} <= made


@pytest.mark.slow
def test_what_was_open_before_is_closed_by_the_next_command(site: Site):
    (site.folder / "mail").mkdir(parents=True)
    for name in ("erasures.csv", "mail/texts.log", "db.sqlite3", "db.sqlite3-wal", "broker.log"):
        (site.folder / name).touch()
    for path in (site.folder, *site.folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    assert site.manage("check").returncode == 0
    assert open_to_others(site.folder) == []


def test_what_all_share_or_leads_elsewhere_is_left_alone(tmp_path: Path):
    shared, other, link = tmp_path / "tmp", tmp_path / "other", tmp_path / "ours" / "link"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "of-others").touch(0o666)
    (shared / "of-others").chmod(0o666)
    other.touch()
    other.chmod(0o644)
    link.parent.mkdir()
    link.symlink_to(other)
    tighten([shared, link.parent, tmp_path / "not-there"])
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    assert stat.S_IMODE((shared / "of-others").stat().st_mode) == 0o666
    assert stat.S_IMODE(other.stat().st_mode) == 0o644
    assert stat.S_IMODE(link.parent.stat().st_mode) == 0o700


def test_this_process_writes_for_itself(tmp_path: Path):
    """The settings, which every process reads, have seen to it."""
    (tmp_path / "made").touch()
    os.mkdir(tmp_path / "folder")
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
