"""Move the clock by hand: Python's, and that of an SQLite database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import time_machine
from django.db import connection
from django.db.backends.signals import connection_created


@contextmanager
def moved_clock(start: datetime) -> Iterator[time_machine.Traveller]:
    """Stop the clock at `start`, until the yielded traveller moves it. SQLite only.

    The database's own `now` is a function of SQLite, which can be replaced; Django asks for it in
    one way only.
    """
    connection.close()
    connection_created.connect(_replace_now)
    try:
        with time_machine.travel(start, tick=False) as clock:
            yield clock
    finally:
        connection_created.disconnect(_replace_now)
        connection.close()


def _replace_now(connection: Any, **_: Any) -> None:
    if connection.vendor != "sqlite":
        raise NotImplementedError("only SQLite's clock can be moved by hand")
    # Within a statement SQLite's own clock stands still too, so it need not be asked for each row.
    connection.connection.create_function("strftime", 2, _strftime, deterministic=True)


def _strftime(pattern: str, moment: str) -> str:
    if moment.upper() != "NOW":
        raise ValueError(moment)
    now = datetime.now(UTC)
    return now.strftime(pattern.replace("%f", f"{now.second:02}.{now.microsecond // 1000:03}"))
