"""Make a backup: one file, sealed, with everything but the keys and the ledger of erasures."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from mutualaid.backups.archive import ArchiveWriter, Manifest
from mutualaid.backups.engine import engine
from mutualaid.backups.files import explained, remove_drafts, working
from mutualaid.backups.names import name_of, of_this_site, site_identity
from mutualaid.backups.sealing import Lock, read_recipients, seal
from mutualaid.boundary.whole_files import written_whole


def back_up(folder: Path, lock: Lock) -> Path:
    """Write a backup of the running site into `folder`, and return its file.

    Raises `BackupError` when it cannot be made, or another is being made; nothing of it is left then.
    """
    read_recipients(lock)
    with explained(), working(engine().work_folder()) as work:
        return take(folder, lock, work)


def take(folder: Path, lock: Lock, work: Path, *, why: str = "") -> Path:
    """As `back_up`, for whoever has the folder of `working` already; `why` stands in the file's name."""
    now = datetime.now(UTC)
    identity = site_identity()
    manifest = Manifest(
        identity.site_id, identity.release or settings.RELEASE, connection.vendor, now.isoformat()
    )
    plain = work / "new.zip"
    with ArchiveWriter(plain, manifest) as writer:
        engine().dump(writer, work)
    remove_drafts(folder)
    file = folder / name_of(identity.site_id, now, f"{why}{_ending(lock)}")
    with written_whole(file) as to:
        seal(plain, to, lock)
    plain.unlink()
    return file


def remove_older(folder: Path, *, days: int) -> list[Path]:
    """Remove the backups of this site that were made more than so many days ago, and return them."""
    oldest = datetime.now(UTC) - timedelta(days=days)
    removed = [file for file, made_at in of_this_site(folder) if made_at < oldest]
    for file in removed:
        file.unlink()
    return removed


def _ending(lock: Lock) -> str:
    if lock.recipients:
        return ".age"
    return ".sealed.zip" if lock.passphrase else ".unsealed.zip"
