"""Two runs of the tests at once do not take each other's database away, nor each other's ports."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.support import site
from tests.support.own_names import take_name

TAKE = "import sys, pathlib; from tests.support.own_names import take_name; "
TAKE += "print(take_name(pathlib.Path(sys.argv[1]), sys.argv[2]), flush=True); sys.stdin.read()"


def another_run(folder: Path, name: str = "test") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", TAKE, str(folder), name],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_name_that_another_run_holds_is_left_to_it_until_it_ends(tmp_path):
    with another_run(tmp_path) as other:
        assert other.stdout.readline() == "test\n"
        assert take_name(tmp_path, "test") == "test-2"
        assert take_name(tmp_path, "test") == "test-3"
    assert take_name(tmp_path, "test") == "test"


def test_a_name_is_free_again_when_the_run_that_held_it_was_killed(tmp_path):
    with another_run(tmp_path) as other:
        other.stdout.readline()
        other.kill()
        other.wait()
        assert take_name(tmp_path, "test") == "test"


@pytest.mark.django_db
def test_the_database_of_this_run_is_held_by_it():
    if connection.vendor != "sqlite":
        pytest.skip("each run on PostgreSQL starts a server of its own")
    name = Path(connection.settings_dict["NAME"]).name.partition(".")[0]
    assert take_name(settings.DATA_DIR, name) != name


def test_a_port_that_another_run_holds_is_left_to_it_though_no_one_listens_there(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(site, "PORTS", tmp_path)
    theirs, ours, free = (site.free_port() for _ in range(3))
    monkeypatch.setattr(site, "PORTS", tmp_path / "anew")
    with another_run(site.PORTS, name=str(theirs)) as other:
        assert other.stdout.readline() == f"{theirs}\n"
        drawn = iter([ours, theirs, ours, free])
        monkeypatch.setattr(random, "randrange", lambda *between: next(drawn))
        assert [site.free_port(), site.free_port()] == [ours, free]
