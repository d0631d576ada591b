"""A folder to work in, and one backup or restore at a time."""

import errno
import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError

from mutualaid.backups.errors import BackupError
from mutualaid.boundary.whole_files import DRAFT

FULL = "The disk is full, and nothing was kept of this try. Make room, then run it again."
BUSY = "Another backup or restore of this site is running. Wait until it is done."


def remove_drafts(folder: Path) -> None:
    """Remove what a killed backup left in `folder`. Nobody else may be writing one."""
    for draft in folder.glob(f".mutualaid-*{DRAFT}"):
        draft.unlink()


@contextmanager
def working(work: Path) -> Iterator[Path]:
    """Make the folder `work`, empty, for as long as the block; nobody else has it meanwhile.

    What a killed run left there goes first. Raises `BackupError` while someone has it.
    """
    work.parent.mkdir(parents=True, exist_ok=True)
    with work.with_name(f"{work.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(BUSY) from None
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


@contextmanager
def explained() -> Iterator[None]:
    """Raises `BackupError` for what a disk or a database refuses within the block."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise BackupError(FULL) from error
        raise BackupError(f"{error.filename or 'A file'}: {error.strerror or error}.") from error
    except (sqlite3.Error, DatabaseError) as error:
        if "disk is full" in str(error):
            raise BackupError(FULL) from error
        first_line = str(error).strip().partition("\n")[0]
        raise BackupError(f"The database refused: {first_line}") from error
