"""How many web processes a site has: one at rest, more while they compute."""

import os
import signal
import time
from functools import partial

import pytest

from mutualaid.standalone.web_growth import (
    BUSY,
    CALM,
    LOOK_SECONDS,
    QUIET_SECONDS,
    STEP_SECONDS,
    Growth,
)
from tests.standalone.test_web import server
from tests.support.site import Site, until

__all__ = ["server"]
NOW = 1_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """What the clocks of the machine and of this process say."""
    says = {"monotonic": NOW, "process_time": 0.0}
    for name in says:
        monkeypatch.setattr(time, name, lambda name=name: says[name])
    return says


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The signals that were sent, and to whom."""
    sent = list[tuple[int, int]]()
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    return sent


@pytest.fixture
def growth(clock: dict[str, float]) -> Growth:
    return Growth(first=1, most=3)


def test_a_process_that_computes_most_of_the_time_asks_for_another(growth: Growth):
    assert growth.wanted(BUSY, NOW) is None
    assert growth.wanted(BUSY + 0.01, NOW) == signal.SIGTTIN


def test_it_looks_at_itself_every_two_seconds_and_asks_its_parent(
    growth: Growth, clock: dict[str, float], sent: list[tuple[int, int]]
):
    clock["process_time"] += LOOK_SECONDS
    clock["monotonic"] += LOOK_SECONDS - 0.1
    growth.look(os.getppid())
    assert sent == []
    clock["monotonic"] += 0.1
    growth.look(os.getppid())
    assert sent == [(os.getppid(), signal.SIGTTIN)]
    clock["monotonic"] += LOOK_SECONDS  # and has computed nothing since
    growth.look(os.getppid())
    assert len(sent) == 1


def test_it_asks_no_one_else_once_its_parent_is_gone(
    growth: Growth, clock: dict[str, float], sent: list[tuple[int, int]]
):
    clock["process_time"] += LOOK_SECONDS
    clock["monotonic"] += LOOK_SECONDS
    growth.look(os.getppid() + 1)
    assert sent == []


def test_the_next_one_is_asked_for_half_a_minute_later(growth: Growth):
    growth.count(2)
    assert growth.wanted(1.0, NOW + STEP_SECONDS) is None
    assert growth.wanted(1.0, NOW + STEP_SECONDS + 1) == signal.SIGTTIN


def test_one_long_task_asks_for_none_while_another_process_is_calm(growth: Growth):
    growth.count(2)
    growth.wanted(0.0, NOW + STEP_SECONDS)
    assert growth.wanted(1.0, NOW + 2 * STEP_SECONDS) is None


def test_the_only_one_asks_at_once_when_a_crowd_comes_after_calm_hours(growth: Growth):
    growth.wanted(0.0, NOW)
    assert growth.wanted(1.0, NOW + LOOK_SECONDS) == signal.SIGTTIN


def test_no_more_are_asked_for_than_may_be(growth: Growth):
    growth.count(3)
    assert growth.wanted(1.0, NOW + STEP_SECONDS + 1) is None


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


def test_of_several_that_ask_at_once_no_more_come_or_go_than_may(growth: Growth):
    growth.begin(2)
    assert [growth.bounded(number) for number in (1, 2, 3, 4, 6)] == [2, 2, 3, 3, 3]


def test_as_many_as_are_wished_for_stay_whatever_the_machine(growth: Growth):
    growth.begin(5)
    growth.count(5)
    assert growth.wanted(1.0, NOW + STEP_SECONDS + 1) is None
    assert growth.wanted(0.0, NOW + 10 * QUIET_SECONDS) is None
    assert growth.bounded(5) == 5


@pytest.mark.slow
@pytest.mark.one_database
def test_a_server_becomes_two_processes_and_never_more_than_its_cores(server: Site):
    assert server.process
    pid, most = server.process.pid, min(4, len(os.sched_getaffinity(0)))
    for processes in (*range(2, most + 1), most):
        os.kill(pid, signal.SIGTTIN)
        until(partial(_has, pid, processes))
    assert server.answers()
    assert _children(pid) == most
    for processes in (*range(most - 1, 0, -1), 1):
        os.kill(pid, signal.SIGTTOU)
        until(partial(_has, pid, processes))
    assert server.answers()


def _has(pid: int, processes: int) -> bool:
    return _children(pid) == processes


def _children(pid: int) -> int:
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return len(children.read().split())
