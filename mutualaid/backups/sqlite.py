"""A backup of SQLite is its file, copied by its own backup interface, for a plain copy lacks the WAL."""

import os
import shutil
import sqlite3
from contextlib import AbstractContextManager, closing
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from mutualaid.backups.archive import Archive, ArchiveWriter
from mutualaid.backups.draft import leading_to
from mutualaid.backups.errors import BackupError
from mutualaid.boundary.whole_files import sync_folder

PART = "database.sqlite3"
IN_USE = (
    "Something has the database open. Stop the site and whatever else uses it, then run this again."
)
WAIT_SECONDS = 2


def work_folder() -> Path:
    """Where drafts are made: on the disk of the database, for a rename moves nothing across disks."""
    return _live().with_name(f"{_live().name}.backup")


def dump(writer: ArchiveWriter, work: Path) -> None:
    """Add the database as it is at one moment. Writers go on meanwhile.

    Raises `BackupError` where its file is damaged.
    """
    copy = work / PART
    with closing(_open(_live())) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        if target.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupError(
                "The database file is damaged. Restore the newest backup that is whole."
            )
        tables = target.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        counts = {
            name: target.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608  its own
            for (name,) in tables
        }
        applied = target.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    writer.manifest.rows = counts
    writer.manifest.migrations = [f"{app}.{name}" for app, name in applied]
    with writer.part(PART) as part, copy.open("rb") as file:
        shutil.copyfileobj(file, part, 1 << 20)
    copy.unlink()


def draft(work: Path) -> AbstractContextManager[None]:
    """Within the block the site's database is a draft in `work`."""
    return leading_to({"NAME": str(work / PART)})


def load(archive: Archive) -> None:
    """Fill the draft from `archive`. Raises `BackupError` where that is damaged."""
    with _live().open("wb") as file:
        archive.copy_part(PART, file)


def check_unused() -> None:
    """Raises `BackupError` while another process has the database open."""
    if not _live().exists():
        return
    connection.close()
    try:
        with closing(_open(_live())) as live:
            # Only who is alone may do that. It also leaves no WAL that would be read into another file.
            live.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise BackupError(IN_USE) from None


def discard() -> None:
    """Nothing to do: the draft is in the folder of the work."""


def swap(work: Path) -> None:
    """Put the draft in the place of the database. Raises `BackupError` while that is in use."""
    with (work / PART).open("rb") as file:
        os.fsync(file.fileno())
    check_unused()
    (work / PART).replace(_live())
    sync_folder(_live().parent)


def _live() -> Path:
    return Path(connection.settings_dict["NAME"])


def _open(file: Path) -> sqlite3.Connection:
    """Open a database that is there; a missing one is not made."""
    address = f"file:{quote(str(file))}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS)
