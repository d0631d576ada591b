"""Reading the policy once in a request, a task or a management command.

Outside of these every read asks the database. No models are imported here, so that `manage.py` can use it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass
class Reading:
    """What one request, task or command has read. `row` is the policy, or None until it is read."""

    row: Any = None


_open: ContextVar[tuple[Reading, ...]] = ContextVar("open_readings", default=())
"""The innermost is last: a task may run within a request, as in tests."""


def begin_request(**_signal: Any) -> None:
    """Begin a reading on `request_started`, and drop what an earlier request of this thread left open."""
    _open.set((Reading(),))


def end_request(**_signal: Any) -> None:
    """End the reading on `request_finished`."""
    _open.set(())


def begin_task(**_signal: Any) -> None:
    """Begin a reading on `task_prerun`."""
    _open.set((*_open.get(), Reading()))


def end_task(**_signal: Any) -> None:
    """End the reading on `task_postrun`."""
    _open.set(_open.get()[:-1])


@contextmanager
def read_once() -> Iterator[None]:
    """Read the policy at most once within the block."""
    before = _open.get()
    _open.set((*before, Reading()))
    try:
        yield
    finally:
        _open.set(before)


def current() -> Reading | None:
    """Return the reading of this request, task or command; None outside of one."""
    readings = _open.get()
    return readings[-1] if readings else None


def forget() -> None:
    """Let the next read ask the database. Called when the policy was changed."""
    for reading in _open.get():
        reading.row = None
