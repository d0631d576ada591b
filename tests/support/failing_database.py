"""A database that can only be read, for real: by its own switches, on the connection of the test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from django.db import OperationalError, connection

from mutualaid.faults.database import Cause

PAGE = 4096
"""Bytes; a text of some of them needs a page of its own."""


@contextmanager
def read_only() -> Iterator[None]:
    is_sqlite = connection.vendor == "sqlite"
    switch = "PRAGMA query_only = {}" if is_sqlite else "SET default_transaction_read_only = {}"
    _execute(switch.format("on"))
    try:
        yield
    finally:
        _execute(switch.format("off"))


@contextmanager
def disk_full() -> Iterator[None]:
    """Let an SQLite database grow no more, and leave no room in it; a change that needs none still works."""
    _execute("CREATE TABLE filler (text TEXT)")
    _execute("PRAGMA max_page_count = 1")  # as many as there are
    with suppress(OperationalError):
        while True:
            _execute(f"INSERT INTO filler VALUES (hex(zeroblob({PAGE})))")
    try:
        yield
    finally:
        _execute("PRAGMA max_page_count = 1000000000")
        _execute("DROP TABLE filler")


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


Failing = Callable[[], AbstractContextManager[None]]


def ways_to_fail() -> dict[Cause, Failing]:
    ways: dict[Cause, Failing] = {Cause.READ_ONLY: read_only}
    if connection.vendor == "sqlite":
        ways[Cause.DISK_FULL] = disk_full
    return ways
