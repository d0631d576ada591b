"""What the files of backups are called: which site one is of, and when it was made."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from mutualaid.backups.models import SiteIdentity

STAMP = "%Y%m%dT%H%M%SZ"
NO_IDENTITY = SiteIdentity(site_id="", release="")


def site_identity() -> SiteIdentity:
    """Return the identity of the database; an empty one where it has none."""
    with suppress(DatabaseError):
        return SiteIdentity.objects.defer("key_check").first() or NO_IDENTITY
    return NO_IDENTITY


def name_of(site_id: str, made_at: datetime, end: str) -> str:
    """Return the name of a backup of this site that is made now."""
    return f"{_prefix(site_id)}{made_at:{STAMP}}{end}"


def of_this_site(folder: Path) -> Iterator[tuple[Path, datetime]]:
    """Yield each backup of this site in `folder`, with the moment when it was made."""
    for file in sorted(folder.glob(f"{_prefix(site_identity().site_id)}*")):
        if made_at := _made_at(file):
            yield file, made_at


def newest_made_at() -> datetime | None:
    """Return when the newest backup of this site in `BACKUP_DIR` was made; None where there is none."""
    return max((made_at for _file, made_at in of_this_site(settings.BACKUP_DIR)), default=None)


def _prefix(site_id: str) -> str:
    return f"mutualaid-{site_id[:8] or 'new'}-"


def _made_at(file: Path) -> datetime | None:
    stamp = file.name.split("-")[2].partition(".")[0]
    with suppress(ValueError):
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    return None
