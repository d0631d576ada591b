"""Celery makes the queue in the database fast. It carries ids, and nothing is lost without it."""

import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from celery import Celery, Task
from django.db import transaction
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
T = TypeVar("T")
app = Celery("mutualaid")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
SWEEP_SECONDS = 15
"""Far less than a lease lasts. A sweep that starts meanwhile takes what this one has not."""
log = logging.getLogger(__name__)
_leaves_to_sweep = ContextVar("leaves_to_sweep", default=False)


def while_there_is_time(work: Iterable[T]) -> Iterator[T]:
    """Hand out work until a sweep has to end; the next one goes on where it stopped."""
    deadline = time.monotonic() + SWEEP_SECONDS
    for one in work:
        yield one
        if time.monotonic() > deadline:
            return


def nudge(task: "Task[Any, Any]", *ids: int) -> None:
    """Start `task` once the transaction has committed; a broker that is down is only logged.

    Whatever the task would have done is due in the database, where the sweep finds it.
    """

    if _leaves_to_sweep.get():
        return

    def start() -> None:
        try:
            task.delay(*ids)
        except OperationalError:
            log.warning("broker is down, the sweep will do it", extra={"task": task.name})

    transaction.on_commit(start, robust=True)


@contextmanager
def left_to_sweep() -> Iterator[None]:
    """Start no tasks within the block: work in bulk must not wait for a broker each time."""
    before = _leaves_to_sweep.set(True)
    try:
        yield
    finally:
        _leaves_to_sweep.reset(before)
