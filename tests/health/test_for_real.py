"""A real site, whose worker hangs, with beat in it: each of their parts is named, until it goes on."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from mutualaid.health.heartbeats import BEAT, WORKERS
from tests.support.site import Site, until

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
_BROKER, WORKER, _WEB = range(3)
PARTS = {BEAT, *WORKERS}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site") / "data")
    site.environment.pop("DATABASE_URL", None)  # a file, whatever the run is on
    site.folder.mkdir()
    try:
        yield site.start()
    finally:
        site.clear_up()


def write(site: Site, sql: str) -> None:
    with closing(sqlite3.connect(Path(site.folder) / "db.sqlite3", timeout=20)) as database:
        database.execute(sql)
        database.commit()


def long_ago(site: Site) -> None:
    """Let minutes pass since the last sign of life of each part."""
    write(
        site, "UPDATE health_heartbeat SET at = datetime('now', '-3 minutes') WHERE part != 'watch'"
    )


def ready(site: Site) -> tuple[int, set[str]]:
    """The status, and which parts that should give signs of life are named, as a balancer asks."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    with closing(connection):
        connection.request("GET", "/readyz", headers={"Host": "10.0.0.7"})
        answer = connection.getresponse()
        told = json.loads(answer.read())
    return answer.status, PARTS & set(told.get("checks", ()))


def stopped(site: Site, group: int) -> bool:
    """Stop a process group, unless it is just writing: it would keep the database to itself."""
    os.killpg(group, signal.SIGSTOP)
    try:
        long_ago(site)
    except sqlite3.OperationalError:
        os.killpg(group, signal.SIGCONT)
        return False
    return True


def test_who_hangs_is_named_and_who_goes_on_is_well_again(site):
    until(lambda: ready(site) == (200, set()))
    supervisor, worker = site.process.pid, site.groups()[WORKER]
    os.kill(supervisor, signal.SIGSTOP)  # it would start again what hangs
    try:
        until(lambda: stopped(site, worker))
        until(lambda: ready(site) == (200, PARTS))
        told = site.manage("health")
        os.killpg(worker, signal.SIGCONT)
    finally:
        os.kill(supervisor, signal.SIGCONT)
    assert told.returncode == 1
    assert all(f"{part} – slow" in told.stdout for part in PARTS)
    until(lambda: ready(site) == (200, set()))
