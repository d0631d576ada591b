"""Copies from before an upgrade or a restore: they hold what is erased since, so they go in time."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from mutualaid.policy.current import current_policy

KEPT = 3
"""So many at most, the newest."""


def name_of_copy(end: str) -> str:
    """Return the name of a copy from before the upgrade to this release."""
    return f"before-{settings.RELEASE}-{end}"


def copies() -> list[Path]:
    """Return them, the oldest first."""
    found: list[Path] = [*settings.DATA_DIR.glob("before-*")]
    return sorted(found, key=lambda path: path.stat().st_mtime)


def delete_all_but_newest() -> None:
    """Delete all but `KEPT` of them. Only once the newest is not needed to go back to."""
    for old in copies()[:-KEPT]:
        old.unlink()


def delete_all_copies() -> None:
    """Delete every one of them. Only once there is nothing that anyone would go back to."""
    for copy in copies():
        copy.unlink(missing_ok=True)


def delete_old_copies() -> int:
    """Delete those that are older than a backup may be, and return their number."""
    days = timedelta(days=current_policy().backup_days)
    oldest = (timezone.now() - days).timestamp()
    old = [path for path in copies() if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
