"""Bring the database to this release, with a copy of how it was; what fails leaves it as it was."""

import logging
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.retention.copies import delete_all_but_newest, name_of_copy
from mutualaid.standalone.errors import CannotStart, UpgradeFailed

log = logging.getLogger(__name__)


def upgrade() -> None:
    """Run the migrations that are due. Of a SQLite database a copy is kept before.

    One that was cut short goes on with the copy that it made: what is in the database by now may be
    half changed. Raises `CannotStart` when there is no room for the copy, `UpgradeFailed` when a
    migration fails.
    """
    copy = (_copy_of_one_cut_short() or _keep_copy()) if _is_due() else None
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except CommandError:  # as of keys that do not fit: it says what to do
        if copy:
            _put_back(copy)
        raise
    except Exception as error:
        log.exception("fault")
        if copy:
            _put_back(copy)
        raise UpgradeFailed(_what_to_do(copy) % {"reason": type(error).__name__}) from error
    _under_way().unlink(missing_ok=True)
    if copy:
        delete_all_but_newest()


def _under_way() -> Path:
    """The file that names the copy while an upgrade runs; one that was killed leaves it."""
    file: Path = settings.DATA_DIR / "upgrading"
    return file


def _copy_of_one_cut_short() -> Path | None:
    try:
        name = _under_way().read_text()
    except FileNotFoundError:
        return None
    copy: Path = settings.DATA_DIR / name
    is_of_this = name.startswith(name_of_copy("")) and copy.is_file()
    return copy if is_of_this else None


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
    copy: Path = settings.DATA_DIR / name_of_copy(f"{timezone.now():%Y%m%dT%H%M%S}.sqlite3")
    draft = copy.with_suffix(".draft")
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL, 0o600))
        _copy(Path(connection.settings_dict["NAME"]), draft)
        draft.replace(copy)
        _under_way().write_text(copy.name)
    except (OSError, sqlite3.Error) as error:
        draft.unlink(missing_ok=True)
        message = _("Nothing was changed, for no copy of the database could be kept: %(reason)s")
        raise CannotStart(message % {"reason": error}) from None
    _say(_("The database as it was is kept in %(file)s.") % {"file": copy})
    return copy


def _put_back(copy: Path) -> None:
    """Make the database as it was. Of several tries of one release the first copy stays."""
    connection.close()
    _copy(copy, Path(connection.settings_dict["NAME"]))
    _under_way().unlink()
    if copy != min(settings.DATA_DIR.glob(name_of_copy("*.sqlite3"))):
        copy.unlink()


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
