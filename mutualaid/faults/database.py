"""Why the database cannot do what it was asked: what to tell people, and what whoever runs the site mends."""

import errno
import sqlite3
from enum import StrEnum

from django.db import Error, IntegrityError, InterfaceError, OperationalError

from mutualaid.faults.episodes import Episode


class Cause(StrEnum):
    """In the words of the log."""

    DISK_FULL = "disk full"
    READ_ONLY = "read only"
    TOO_SLOW = "too slow"
    AWAY = "no database"


NAMES_WHAT_IS_GONE = {sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, "23503"}
READS_ON = frozenset({Cause.DISK_FULL, Cause.READ_ONLY})
"""What is stored can be read all the same."""

SQLITE = {
    sqlite3.SQLITE_FULL: Cause.DISK_FULL,
    sqlite3.SQLITE_READONLY: Cause.READ_ONLY,
    sqlite3.SQLITE_BUSY: Cause.TOO_SLOW,
    sqlite3.SQLITE_LOCKED: Cause.TOO_SLOW,
    sqlite3.SQLITE_CANTOPEN: Cause.AWAY,
    sqlite3.SQLITE_IOERR: Cause.AWAY,
}
"""By the last byte of the code, which names its kind: https://sqlite.org/rescode.html"""
SQLITE_NO_ROOM = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
"""A quota is used up, or the index of the log cannot grow."""
POSTGRES = {
    "53100": Cause.DISK_FULL,
    "25006": Cause.READ_ONLY,
    "57014": Cause.TOO_SLOW,  # a statement took longer than it may
    "55P03": Cause.TOO_SLOW,  # a lock did
}
"""By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html"""
POSTGRES_AWAY = ("08", "53", "57", "58")
"""Classes: the connection, resources, an operator, the system."""


def cause_of(error: BaseException | None) -> Cause | None:
    """Return why the database failed; None for what is no fault of the database, such as a missing table."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Cause.DISK_FULL
    if not isinstance(error, Error):
        return None
    driver = error.__cause__ or error
    if code := getattr(driver, "sqlite_errorcode", None):
        return Cause.DISK_FULL if code in SQLITE_NO_ROOM else SQLITE.get(code & 0xFF)
    if state := getattr(driver, "sqlstate", None):
        away = Cause.AWAY if state.startswith(POSTGRES_AWAY) else None
        return POSTGRES.get(state, away)
    return Cause.AWAY if isinstance(error, OperationalError | InterfaceError) else None


def names_what_is_gone(error: BaseException) -> bool:
    """Return whether a row was to be named that someone deleted at the same moment.

    Or one was to be deleted that someone named. Foreign keys are checked as a transaction ends.
    """
    driver = error.__cause__
    codes = {getattr(driver, "sqlite_errorcode", None), getattr(driver, "sqlstate", None)}
    return isinstance(error, IntegrityError) and bool(codes & NAMES_WHAT_IS_GONE)


EPISODES = {cause: Episode(cause) for cause in Cause}
"""The times while the database fails for that reason."""


def note_read() -> None:
    """Note that the database answers."""
    EPISODES[Cause.AWAY].works()
    EPISODES[Cause.TOO_SLOW].works()


def note_written() -> None:
    """Note that the database takes what is written."""
    for episode in EPISODES.values():
        episode.works()
