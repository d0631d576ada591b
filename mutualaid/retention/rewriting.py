"""Rewrite the tables that lose rows, so that no byte of what was erased stays in the files (ADR 52).

A database only marks an erased row as free: its bytes stay in the page, and in the pages of the indexes,
until something else is written there. So once a night each table is written anew and the old file goes.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid import clock
from mutualaid.retention.models import Rewrite
from mutualaid.retention.samples import forget_samples
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import Keep

if TYPE_CHECKING:
    from psycopg.errors import Diagnostic

NIGHT = time(3)
"""From this hour of the group on. A machine that is off at night does it as soon as it is on."""
PAGES_WAIT_SECONDS = 3
"""The longest that a page may wait for one table. One that takes longer is tried again 15 minutes later."""
WHOLE_FILE = "main"
"""SQLite has one file for all tables; this is its name in SQL."""
STATISTICS = "pg_statistic"
"""Samples of what columns held, e-mails as well. The owner of the database may rewrite them."""
log = logging.getLogger(__name__)
_NUMBER = re.compile(r"\d+")


def rewrite_what_is_due() -> Iterator[int]:
    """Rewrite each table that was not yet rewritten since the last night began; yields 1 for each.

    A table that is in use for long stays due. Does nothing in a transaction, where it is not possible.
    """
    if connection.in_atomic_block:
        return
    for table in tables():
        row = Rewrite.objects.get_or_create(table=table)[0]
        if (row.done_at is None or row.done_at < _last_night()) and _rewrite(table):
            Rewrite.objects.filter(pk=row.pk).update(done_at=Now())
            yield 1


def tables() -> list[str]:
    """Return the tables that hold something which is erased in time."""
    if connection.vendor == "sqlite":
        return [WHOLE_FILE]
    names = []
    for label, parts in TABLE.items():
        if not all(isinstance(part, Keep) for part in parts):
            meta = apps.get_model(label)._meta
            links = [field.m2m_db_table() for field in meta.local_many_to_many]
            names += [meta.db_table, *links]
    return [*dict.fromkeys(names), caches["default"]._table, STATISTICS]  # type: ignore[attr-defined]


def _last_night() -> datetime:
    now = timezone.localtime(clock.now())
    tonight = timezone.make_aware(datetime.combine(now.date(), NIGHT))
    return tonight if tonight <= now else tonight - timedelta(days=1)


def _rewrite(table: str) -> bool:
    """Whether it was possible."""
    try:
        with _short_waits() as cursor:
            return _rewrite_file(cursor) if table == WHOLE_FILE else _rewrite_table(cursor, table)
    except DatabaseError as error:
        log.warning("not rewritten, tried again later", extra={"error": type(error).__name__})
        return False


def _rewrite_table(cursor: CursorWrapper, table: str) -> bool:
    """Write a table anew, and say whether every deleted row went.

    Those stay that a transaction may still look at which began before they were deleted: a long report, or
    PostgreSQL's own ANALYZE. It tells their number, the first in the detail of a notice.
    """
    told: list[str] = []

    def note(notice: "Diagnostic") -> None:
        told.append(notice.message_detail or "")

    analyze = "" if table == STATISTICS else ", ANALYZE"
    connection.connection.add_notice_handler(note)
    try:
        cursor.execute(f"VACUUM (FULL, VERBOSE{analyze}) {connection.ops.quote_name(table)}")
    finally:
        connection.connection.remove_notice_handler(note)
    if table != STATISTICS and not _has_rows(cursor, table):
        forget_samples(cursor, [table])
    return not any(int(stayed[0]) for detail in told if (stayed := _NUMBER.search(detail)))


def _has_rows(cursor: CursorWrapper, table: str) -> bool:
    name = connection.ops.quote_name(table)
    cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")  # noqa: S608  a table of ours
    return bool(cursor.fetchone()[0])


def _rewrite_file(cursor: CursorWrapper) -> bool:
    """Write the file anew, and empty the log beside it, unless someone reads in it all the while.

    Deleted rows are overwritten at once (`secure_delete`), but not the copies that stay behind when rows
    move from one page to another.
    """
    cursor.execute("VACUUM")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    is_busy, *_ = cursor.fetchone()
    return not is_busy


@contextmanager
def _short_waits() -> Iterator[CursorWrapper]:
    """A cursor that gives up before a page would, and leaves the connection as it was."""
    milliseconds = int(PAGES_WAIT_SECONDS * 1000)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout")
            before = int(cursor.fetchone()[0])
            cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
            reset = f"PRAGMA busy_timeout = {before}"
        else:
            # The time to wait for the lock is part of the time of the statement.
            cursor.execute(f"SET statement_timeout = {milliseconds}")
            reset = "RESET statement_timeout"
        try:
            yield cursor
        finally:
            cursor.execute(reset)
