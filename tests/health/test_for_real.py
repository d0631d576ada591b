"""A real site, whose parts are stopped one by one: each is named, and nothing else."""

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
_BROKER, WORKER, BEAT_PROCESS = range(3)
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


def long_ago(site: Site) -> bool:
    """Let minutes pass since the last sign of life of each part; False, so that a loop goes on."""
    write(
        site, "UPDATE health_heartbeat SET at = datetime('now', '-4 minutes') WHERE part != 'watch'"
    )
    return False


def ready(site: Site) -> tuple[int, set[str]]:
    """The status, and which parts that should give signs of life are named, as a balancer asks."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    with closing(connection):
        connection.request("GET", "/readyz", headers={"Host": "10.0.0.7"})
        answer = connection.getresponse()
        told = json.loads(answer.read())
    return answer.status, PARTS & set(told.get("checks", ()))


def test_who_hangs_is_named_and_who_goes_on_is_well_again(site):
    until(lambda: ready(site) == (200, set()))
    worker, beat = site.groups()[WORKER], site.groups()[BEAT_PROCESS]
    os.killpg(worker, signal.SIGSTOP)
    long_ago(site)
    until(lambda: ready(site) == (200, set(WORKERS)))
    os.killpg(worker, signal.SIGCONT)
    until(lambda: ready(site) == (200, set()))
    os.killpg(beat, signal.SIGSTOP)
    until(lambda: ready(site) == (200, PARTS) or long_ago(site))  # tasks that waited may still come
    long_ago(site)
    told = site.manage("health")
    assert told.returncode == 1
    assert "beat – slow" in told.stdout
    os.killpg(beat, signal.SIGCONT)
    until(lambda: ready(site) == (200, set()))
