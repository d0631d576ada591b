"""The broker only makes the queue fast: one that is down or hangs costs a page next to nothing."""

import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from mutualaid import celery
from mutualaid.celery import (
    BREAK_PER_WAIT,
    BROKER_TIMEOUTS,
    app,
    enqueue_on_commit,
    within_time_budget,
)
from mutualaid.faults.episodes import BROKER
from mutualaid.notify.tasks import deliver

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    """Time that passes only when a test says so, or someone has waited for the broker."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(celery, "time", made)
    monkeypatch.setattr(celery, "_circuit_breaker", type(celery._circuit_breaker)())
    return made


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A broker that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        monkeypatch.setenv("CELERY_BROKER_WRITE_URL", url)
        celery._connection.cache_clear()
        yield server
    celery._connection.cache_clear()


def tries(server: socket.socket) -> int:
    """Return how many connections came since the last call."""
    came = 0
    while True:
        try:
            server.accept()
        except BlockingIOError:
            return came
        came += 1


def enqueue_tasks(times: int) -> None:
    for number in range(times):
        with transaction.atomic():
            enqueue_on_commit(deliver, number)


def test_no_page_waits_longer_than_a_fifth_of_a_second_for_it():
    assert max(BROKER_TIMEOUTS.values()) <= 0.2
    assert BROKER_TIMEOUTS.items() <= dict(celery._connection().transport_options or {}).items()
    assert app.conf.broker_transport_options["socket_timeout"] > 1, "a worker may be patient"


def test_one_that_hangs_is_tried_once_and_then_left_alone(clock, silent, monkeypatch):
    real_start = app.Task.apply_async

    def takes_a_while(task: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return real_start(task, *args, **kwargs)
        finally:
            clock.now += 0.2

    monkeypatch.setattr("celery.app.task.Task.apply_async", takes_a_while)
    enqueue_tasks(5)
    assert tries(silent) == 1
    assert BROKER.failures == 1
    clock.now += 0.2 * BREAK_PER_WAIT + 0.1
    enqueue_tasks(5)
    assert tries(silent) == 1


def test_one_that_refuses_at_once_costs_nothing_and_is_tried_each_time(clock, caplog):
    enqueue_tasks(3)
    assert BROKER.failures == 3
    assert caplog.messages.count("away") == 1, "the others only count"


def test_a_task_is_started_by_its_name_where_no_one_loaded_it():
    """As in a web server: only workers import the tasks of the packages above."""
    with transaction.atomic():
        enqueue_on_commit("a_room_above.tasks.unknown_here", 1)
    assert BROKER.failures == 1, "it was as good as sent"


def test_a_sweep_stops_once_its_time_is_over_and_never_in_the_middle(clock, monkeypatch):
    monkeypatch.setattr(celery, "SWEEP_SECONDS", 15.0)

    def work() -> Iterator[int]:
        for number in range(5):
            clock.now += 6
            yield number

    assert list(within_time_budget(work())) == [0, 1, 2]


def test_every_name_is_that_of_a_task():
    app.loader.import_default_modules()
    rooms = ("mutualaid", "requests_app", "offers_app")
    sources = [path for room in rooms for path in (settings.BASE_DIR / room).rglob("*.py")]
    names = {
        name
        for path in sources
        for name in re.findall(r'enqueue_on_commit\("([^"]+)', path.read_text())
    }
    assert names, "one is started by name"
    assert names <= app.tasks.keys()
