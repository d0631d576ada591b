"""How long one reading of the policy counts: for one request, one task or one management command.

Outside of these every read asks the database. No models are imported here, so that `manage.py` can use it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass
class Reading:
    """What was read within one request, task or command; `row` is None until then."""

    row: Any = None


_open: ContextVar[tuple[Reading, ...]] = ContextVar("open_readings", default=())
"""The innermost comes last: a task may run within a request, as in tests."""


def begin_request(**_signal: Any) -> None:
    """Receive `request_started`. Drops what an earlier request of this thread left unfinished."""
    _open.set((Reading(),))


def end_request(**_signal: Any) -> None:
    """Receive `request_finished`."""
    _open.set(())


def begin_task(**_signal: Any) -> None:
    """Receive `task_prerun`."""
    _open.set((*_open.get(), Reading()))


def end_task(**_signal: Any) -> None:
    """Receive `task_postrun`."""
    _open.set(_open.get()[:-1])


@contextmanager
def read_once() -> Iterator[None]:
    """Within the block the policy is read at most once."""
    before = _open.get()
    _open.set((*before, Reading()))
    try:
        yield
    finally:
        _open.set(before)


def current() -> Reading | None:
    """The reading of this request, task or command; None outside of one."""
    readings = _open.get()
    return readings[-1] if readings else None


def forget() -> None:
    """Let the next read ask the database: the policy was changed."""
    for reading in _open.get():
        reading.row = None
