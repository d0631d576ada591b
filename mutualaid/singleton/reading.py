"""Reading such a row once in a request, a task or a management command.

Outside of these every read asks the database. No models are imported here, so that `manage.py` can use it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

Row = TypeVar("Row")


@dataclass
class Reading:
    """What one request, task or command has read: {model: its row}."""

    rows: dict[type, Any] = field(default_factory=dict)


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
    """Read each row at most once within the block."""
    before = _open.get()
    _open.set((*before, Reading()))
    try:
        yield
    finally:
        _open.set(before)


def read(model: type[Row], ask_database: Callable[[], Row]) -> Row:
    """Return the row of `model` as this request, task or command has read it; outside of one, as it is."""
    readings = _open.get()
    if not readings:
        return ask_database()
    rows = readings[-1].rows
    if model not in rows:
        rows[model] = ask_database()
    return cast(Row, rows[model])


def forget(model: type) -> None:
    """Let the next read ask the database. Called when the row was changed."""
    for reading in _open.get():
        reading.rows.pop(model, None)
