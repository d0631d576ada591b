"""Bring the database to this release, with a copy of how it was; what fails leaves it as it was."""

import logging
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.retention.copies import KEPT, copies
from mutualaid.standalone.errors import CannotStart

log = logging.getLogger(__name__)


def upgrade() -> None:
    """Run the migrations that are due. Of a SQLite database a copy is kept before.

    Raises `CannotStart` when there is no room for the copy, and when a migration fails.
    """
    copy = _keep_copy() if _is_due() else None
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except Exception as error:
        log.exception("fault")
        if copy:
            _put_back(copy)
        raise CannotStart(_what_to_do(copy) % {"reason": type(error).__name__}) from error


def _is_due() -> bool:
    """Whether there is something to bring to this release: not in a new database."""
    executor = MigrationExecutor(connection)
    due = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return bool(due and executor.loader.applied_migrations)


def _keep_copy() -> Path | None:
    """Copy what is in the database, the log beside it included. On PostgreSQL say that a backup is due."""
    if connection.vendor != "sqlite":
        _say(_("The database is changed for this release. Have a backup: manage.py backup"))
        return None
    name = f"before-{settings.RELEASE}-{timezone.now():%Y%m%dT%H%M%S}.sqlite3"
    copy: Path = settings.DATA_DIR / name
    draft = copy.with_suffix(".draft")
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL, 0o600))
        _copy(Path(connection.settings_dict["NAME"]), draft)
        draft.replace(copy)
    except (OSError, sqlite3.Error) as error:
        draft.unlink(missing_ok=True)
        message = _("Nothing was changed, for no copy of the database could be kept: %(reason)s")
        raise CannotStart(message % {"reason": error}) from None
    for old in copies()[:-KEPT]:
        old.unlink()
    _say(_("The database as it was is kept in %(file)s.") % {"file": copy})
    return copy


def _put_back(copy: Path) -> None:
    connection.close()
    _copy(copy, Path(connection.settings_dict["NAME"]))


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


def _what_to_do(copy: Path | None) -> str:
    if copy:
        return _(
            "The upgrade did not work (%(reason)s), and the database is as it was: "
            "start the release that ran before."
        )
    return _(
        "The upgrade did not work (%(reason)s): restore the backup, "
        "and start the release that ran before."
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
