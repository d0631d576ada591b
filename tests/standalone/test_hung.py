"""The supervisor sees who hangs and who is deaf, and not only who died."""

import os
import signal
from collections.abc import Callable

import pytest
from celery import Celery
from redis import Redis

from tests.support.site import Site, until

pytestmark = pytest.mark.slow
BROKER, WORKER, WEB = range(3)


@pytest.fixture(scope="module")
def site(new_site: Callable[..., Site]) -> Site:
    return new_site().start()


def hears_the_clock(site: Site) -> bool:
    """Whether what beat starts is taken: a queue that only grows is heard by no one."""
    with Redis(unix_socket_path=str(site.broker)) as redis:
        return bool(redis.exists("mutualaid-beat")) and redis.llen("clock") == 0


@pytest.mark.parametrize("index", [BROKER, WORKER, WEB], ids=["broker", "worker", "web server"])
def test_who_hangs_is_started_again_and_the_others_are_not(site: Site, index: int):
    before = site.groups()
    os.killpg(before[index], signal.SIGSTOP)
    until(lambda: site.groups()[index] != before[index])
    until(site.answers)
    until(site.works)
    until(lambda: hears_the_clock(site))
    name = ("broker", "worker", "web server")[index]
    assert f"Did not answer, and starts again: {name}\n" in site.output.read_text()
    after = site.groups()
    assert [a == b for a, b in zip(after, before, strict=True)].count(False) == 1


def test_a_broker_whose_socket_was_deleted_gets_another_and_the_worker_hears_it(site: Site):
    before = site.groups()
    site.broker.unlink()
    until(lambda: site.groups()[BROKER] != before[BROKER])
    until(site.works)
    until(lambda: hears_the_clock(site))
    assert site.groups()[WEB] == before[WEB]


def test_a_task_that_only_the_next_release_knows_stops_no_worker(site: Site):
    """What it would have done is due in a row, where a sweep of either release finds it."""
    before = site.groups()
    with Celery(broker=f"redis+socket://{site.broker}", set_as_current=False) as app:
        for queue in ("celery", "clock"):
            app.send_task("mutualaid.of_the_next_release.tasks.do", [1], queue=queue)
    with Redis(unix_socket_path=str(site.broker)) as redis:
        until(lambda: redis.llen("celery") == redis.llen("clock") == 0)
    assert site.works()
    assert site.groups() == before


def test_a_machine_that_slept_finds_all_of_them_well(site: Site):
    before = site.groups()
    assert site.process
    everyone = [site.process.pid, *before]
    for pid in everyone:
        (os.kill if pid == site.process.pid else os.killpg)(pid, signal.SIGSTOP)
    for pid in reversed(everyone):
        (os.kill if pid == site.process.pid else os.killpg)(pid, signal.SIGCONT)
    until(site.works)
    assert site.answers()
    assert site.groups() == before
