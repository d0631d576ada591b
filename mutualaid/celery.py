"""Celery makes the queue in the database fast. It carries ids, and nothing is lost without it."""

import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeAlias, TypeVar

from celery import Celery, Signature, Task
from django.db import transaction
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
T = TypeVar("T")
Startable: TypeAlias = "Task[Any, Any] | Signature[Any]"
app = Celery("mutualaid")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
SWEEP_SECONDS = 15
"""Far less than a lease lasts. A sweep that starts meanwhile takes what this one has not."""
BROKER_TIMEOUTS = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
"""Seconds. A broker that is well answers within a few thousandths."""
BREAK_PER_WAIT = 50
"""A broker that made somebody wait is left alone for so many times as long."""
log = logging.getLogger(__name__)
_without_broker = ContextVar("without_broker", default=False)


def within_time_budget(work: Iterable[T]) -> Iterator[T]:
    """Hand out work until a sweep has to end; the next one goes on where it stopped."""
    deadline = time.monotonic() + SWEEP_SECONDS
    for one in work:
        yield one
        if time.monotonic() > deadline:
            return


def enqueue_on_commit(task: "Startable | str", *ids: int) -> None:
    """Start `task`, or the one of this full name, once the transaction has committed.

    A broker that is down is only logged: whatever the task would have done is due in the database,
    where the sweep finds it. A name leads to a task of a room above, which cannot be imported.
    """
    if not _without_broker.get():
        # By name, and not from the registry: a web server loads no module of tasks by itself.
        named = app.signature(task) if isinstance(task, str) else task
        transaction.on_commit(partial(_start, named, ids), robust=True)


def _start(task: "Startable", ids: tuple[int, ...]) -> None:
    """A page waits for this: a broker that hangs costs it a moment, and is then left alone for a while."""
    began = time.monotonic()
    if began < _circuit_breaker.until:
        return
    try:
        with producers[_connection()].acquire(block=True) as producer:
            task.apply_async(ids, producer=producer)
    except OperationalError:
        now = time.monotonic()
        _circuit_breaker.until = now + (now - began) * BREAK_PER_WAIT
        log.warning("broker is down, the sweep will do it", extra={"task": task.name})


@cache
def _connection() -> Connection:
    """As the settings say, but less patient than a worker is."""
    return app.connection_for_write(transport_options=BROKER_TIMEOUTS)


@dataclass
class _CircuitBreaker:
    """Until when, by this process's own clock, the broker is left alone."""

    until: float = 0.0


_circuit_breaker = _CircuitBreaker()


@contextmanager
def without_broker() -> Iterator[None]:
    """Start no tasks within the block: work in bulk must not wait for a broker each time."""
    before = _without_broker.set(True)
    try:
        yield
    finally:
        _without_broker.reset(before)
