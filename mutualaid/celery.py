"""Celery makes the queue in the database fast. It carries ids, and nothing is lost without it (ADR 1)."""

import logging
import logging.config
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, partial
from threading import Lock
from typing import Any, TypeAlias, TypeVar

from celery import Celery, Signature, Task
from celery.signals import setup_logging, task_failure, task_revoked
from django.conf import settings
from django.db import transaction
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pools import producers

from mutualaid import fault_reports
from mutualaid.faults.database import EPISODES, cause_of
from mutualaid.faults.episodes import BROKER
from mutualaid.logs import task_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
T = TypeVar("T")
Startable: TypeAlias = "Task[Any, Any] | Signature[Any]"


class PacedTask(Task):  # type: ignore[type-arg]  # the class itself takes none
    """The base of all tasks: what beat starts begins at most twice as often as it is started.

    After an hour without a worker hundreds of sweeps wait. The first does the work of all; the others end
    before they ask anything.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not (self.request.called_directly or _pace.allows(self.name, *args)):
            return None
        token = task_id.set(self.request.id or task_id.get())
        try:
            return self.run(*args, **kwargs)
        finally:
            task_id.reset(token)


app = Celery("mutualaid", task_cls=PacedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
SWEEP_SECONDS = 15.0
"""Far less than a lease lasts. Another sweep that starts meanwhile takes other rows."""
BROKER_TIMEOUTS = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
"""Seconds. A healthy broker answers within a few milliseconds."""
HALF_AN_HOUR = 1800.0
BREAK_PER_WAIT = 50
"""After a failure the broker is not tried for so many times as long as the failure took."""
log = logging.getLogger(__name__)
_without_broker = ContextVar("without_broker", default=False)


def within_time_budget(work: Iterable[T], *, share: float = 1.0) -> Iterator[T]:
    """Yield from `work` until `SWEEP_SECONDS`, or a `share` of them, are over; the next sweep goes on."""
    deadline = time.monotonic() + share * SWEEP_SECONDS
    for item in work:
        yield item
        if time.monotonic() > deadline:
            return


def enqueue_on_commit(task: "Startable | str", *ids: int) -> None:
    """Start `task` with these ids once the transaction has committed.

    A name stands for a task of a package above, which must not be imported. A broker that is away is
    only logged: what the task would have done is due in the database, where the sweep finds it.
    """
    if not _without_broker.get():
        # By name, and not from the registry: a web server loads no module of tasks by itself.
        startable = app.signature(task) if isinstance(task, str) else task
        transaction.on_commit(partial(_start, startable, ids), robust=True)


def _start(task: "Startable", ids: tuple[int, ...]) -> None:
    """A page waits for this: a broker that hangs costs it a moment, and is then not tried for a while."""
    began = time.monotonic()
    if began < _circuit_breaker.until:
        return
    try:
        with producers[_connection()].acquire(block=True) as producer:
            task.apply_async(ids, producer=producer)
        BROKER.works()
    except OperationalError as error:
        now = time.monotonic()
        _circuit_breaker.until = now + (now - began) * BREAK_PER_WAIT
        BROKER.fails(task=task.name, error=type(error).__name__)


@cache
def _connection() -> Connection:
    """As the settings say, with the shorter timeouts of a page."""
    return app.connection_for_write(transport_options=BROKER_TIMEOUTS)


@setup_logging.connect
def log_as_the_site_does(**_: Any) -> None:
    """Instead of Celery's own lines, which quote the text of an exception."""
    logging.config.dictConfig(settings.LOGGING)


@task_failure.connect
def log_fault(sender: "Task[Any, Any]", task_id: str, exception: BaseException, **_: Any) -> None:
    """Log which task failed, with the type and the place of the exception and without its text."""
    failed = type(exception), exception, exception.__traceback__
    if cause := cause_of(exception):
        EPISODES[cause].fails(exc_info=failed, task=sender.name)
    else:
        log.error("fault", exc_info=failed, extra={"task": sender.name, "task_id": task_id})
        fault_reports.report(exception, task=sender.name)


@task_revoked.connect
def log_discarded(sender: "Task[Any, Any]", expired: bool = False, **_: Any) -> None:
    """Log at once what a worker threw away, with how many it threw away so far: no task of ours may be."""
    _discarded.count += 1
    why = "expired" if expired else "revoked"
    extra = {"task": sender.name, "error": why, "count": _discarded.count}
    log.error("task discarded", extra=extra)


@dataclass
class _Discarded:
    count: int = 0


@dataclass
class _Pace:
    """When this process last began each task that beat starts, by `time.monotonic`: no clock can be wrong.

    A task counts with its arguments, as beat gives them.
    """

    began: dict[tuple[Any, ...], float] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def allows(self, task: str, *args: Any) -> bool:
        """Whether `task` may begin now, which counts as begun then; True for what beat does not start."""
        apart = _seconds_apart().get(task)
        if apart is None:
            return True
        with self.lock:
            now = time.monotonic()
            last = self.began.get((task, *args))
            if last is not None and now - last < apart:
                return False
            self.began[task, *args] = now
            return True


@cache
def _seconds_apart() -> dict[str, float]:
    """Half of what lies between two starts, for beat is not always on time; of a time of day half an hour."""
    schedules = {job["task"]: job["schedule"] for job in settings.CELERY_BEAT_SCHEDULE.values()}
    return {
        task: schedule / 2 if isinstance(schedule, int) else HALF_AN_HOUR
        for task, schedule in schedules.items()
    }


@dataclass
class _CircuitBreaker:
    """`until`: the moment of `time.monotonic` before which the broker is not tried."""

    until: float = 0.0


_circuit_breaker = _CircuitBreaker()
_discarded = _Discarded()
_pace = _Pace()


@contextmanager
def without_broker() -> Iterator[None]:
    """Let `enqueue_on_commit` do nothing within the block: bulk work must not wait for a broker each time."""
    before = _without_broker.set(True)
    try:
        yield
    finally:
        _without_broker.reset(before)
