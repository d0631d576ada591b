"""How many web processes a site has: one at rest, more while they compute."""

import os
import signal
from pathlib import Path
from threading import Event, Thread

import pytest

from mutualaid.standalone.web_growth import BUSY, CALM, QUIET_SECONDS, Growth
from tests.standalone.test_web import server
from tests.support.site import Site, until

__all__ = ["server"]
NOW = 1_000_000.0


@pytest.fixture
def growth() -> Growth:
    made = Growth(first=1, most=2)
    made.wanted(1.0, NOW)  # someone was busy at that moment
    return made


def test_a_process_that_computes_most_of_the_time_asks_for_another(growth: Growth):
    assert growth.wanted(BUSY + 0.01, NOW) == signal.SIGTTIN
    assert growth.wanted(BUSY, NOW) is None


def test_no_more_are_asked_for_than_may_be(growth: Growth):
    growth.count(2)
    assert growth.wanted(1.0, NOW) is None


def test_one_goes_after_quiet_minutes_and_the_first_stays(growth: Growth):
    growth.count(2)
    growth.wanted(1.0, NOW)
    assert growth.wanted(CALM, NOW + QUIET_SECONDS) is None
    assert growth.wanted(CALM, NOW + QUIET_SECONDS + 1) == signal.SIGTTOU
    growth.count(1)
    assert growth.wanted(0.0, NOW + 10 * QUIET_SECONDS) is None


def test_what_one_process_does_keeps_the_others(growth: Growth):
    growth.count(2)
    growth.wanted(CALM + 0.01, NOW + QUIET_SECONDS)
    assert growth.wanted(0.0, NOW + QUIET_SECONDS + 1) is None


def test_one_too_many_goes_as_soon_as_it_is_calm(growth: Growth):
    growth.count(3)
    assert growth.wanted(BUSY, NOW) is None
    assert growth.wanted(CALM, NOW) == signal.SIGTTOU


def test_as_many_as_are_wished_for_stay_whatever_the_machine():
    growth = Growth(first=3, most=2)
    assert growth.wanted(1.0, NOW) is None
    assert growth.wanted(0.0, NOW + 10 * QUIET_SECONDS) is None


@pytest.mark.slow
@pytest.mark.one_database
def test_a_server_that_many_ask_becomes_two_processes(server: Site):
    is_over = Event()

    def ask_on_and_on() -> None:
        while not is_over.is_set():
            server.answers()

    people = [Thread(target=ask_on_and_on) for _ in range(8)]
    for person in people:
        person.start()
    try:
        until(lambda: len(_children(server)) == min(2, os.cpu_count() or 1))
    finally:
        is_over.set()
        for person in people:
            person.join()
    assert server.answers()


def _children(server: Site) -> list[str]:
    assert server.process
    pid = server.process.pid
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
