"""Restore a backup into a draft, bring it up to date, erase again what was erased since, and swap it in."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from mutualaid.backups import identity
from mutualaid.backups.archive import FORMAT, Archive, Manifest
from mutualaid.backups.backup import take
from mutualaid.backups.engine import engine
from mutualaid.backups.errors import BackupError
from mutualaid.backups.files import explained, working
from mutualaid.backups.names import site_identity
from mutualaid.backups.replay import replay
from mutualaid.backups.sealing import Keys, Lock, unseal
from mutualaid.celery import without_broker
from mutualaid.ending.steps.erasing import end_group
from mutualaid.fund.actions import note_gap
from mutualaid.group.current import last_known
from mutualaid.group.models import GroupProfile
from mutualaid.people.models import User
from mutualaid.record.kinds import note_restore
from mutualaid.retention.ledger import NotALedger, file_kept_as_it_is
from mutualaid.retention.models import Erasure
from mutualaid.standalone import folder
from mutualaid.standalone.errors import CannotStart
from requests_app.models import Need

NEWER = "The backup is of release {theirs}, and this is {ours}. Install {theirs} or newer, then restore it."
OTHER_SITE = "The backup is of another site. If that is what you want, add --other-site."
OTHER_ENGINE = (
    "The backup is of {theirs}, and this site runs on {ours}. Restore it into a site on {theirs},"
    " then move that."
)
IN_USE = (
    "This database has people in it. To put the backup in their place, add --over; a copy is kept."
)
RUNS = "The site is running. Stop it first, then restore."
MISCOUNTED = "The table {table} came back with {found} of {rows} rows. Nothing was changed."
BAD_LEDGER = (
    "The ledger of erasures is damaged: {line}. Mend or remove that line, then restore again."
)


@dataclass
class Restored:
    """What a restore did, and the seconds that each step took."""

    manifest: Manifest
    rows: int = 0
    erased_again: int = 0
    has_ledger: bool = True
    ends_again: bool = False
    kept_copy: Path | None = None
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Allowed:
    """What a restore does though it is rarely meant."""

    over: bool = False
    other_site: bool = False
    begin_anew: bool = False


def restore(file: Path, keys: Keys, allowed: Allowed) -> Restored:
    """Put the backup `file` in the place of the site's database, up to date and with its erasures made again.

    Raises `BackupError` or `KeysDoNotFit` where that cannot be; then nothing was changed.
    """
    return _restore(file, keys, allowed, is_drill=False)


def drill(file: Path, keys: Keys) -> Restored:
    """Do all of it but the last step, beside a site that may be running, and throw it away.

    Raises as `restore`.
    """
    return _restore(file, keys, Allowed(over=True, other_site=True), is_drill=True)


def _restore(file: Path, keys: Keys, allowed: Allowed, *, is_drill: bool) -> Restored:
    with ExitStack() as stack:
        stack.enter_context(explained())
        if not is_drill:
            stack.enter_context(_site_stopped())
        work = stack.enter_context(working(engine().work_folder()))
        stack.enter_context(without_broker())
        stack.enter_context(file_kept_as_it_is() if is_drill else nullcontext())
        timer = _Timer()
        with timer("unsealed"):
            archive = _unsealed(file, keys, work)
        stack.callback(archive.close)
        _check_fits(archive.manifest, allowed)
        done = Restored(archive.manifest, seconds=timer.seconds)
        if not is_drill:
            engine().check_unused()
            done.kept_copy = _keep_copy(work)
        ledgers = _ledgers(work)
        end = None if allowed.begin_anew or allowed.other_site else _end_here()
        done.has_ledger = settings.ERASURE_LEDGER.exists()
        stack.callback(engine().discard)
        with engine().draft(work):
            _fill(archive, ledgers, done, timer)
            if end:
                end_group(*end)
                done.ends_again = True
        if not is_drill:
            engine().swap(work)
        return done


def _fill(archive: Archive, ledgers: list[Path], done: Restored, timer: "_Timer") -> None:
    """Make the draft what the site is to go on from."""
    with timer("loaded"):
        engine().load(archive)
    with timer("counted"):
        done.rows = _count(archive.manifest)
    with timer("keys tried"):
        if not identity.do_keys_fit():
            raise BackupError(identity.WRONG_KEYS)
    with timer("brought up to date"):
        call_command("migrate", interactive=False, verbosity=0)
        identity.keep()  # opens something of what is stored
    with timer("erased again"):
        try:
            done.erased_again = replay(ledgers)
        except NotALedger as error:
            raise BackupError(BAD_LEDGER.format(line=error)) from error
    note_restore(archive.manifest.made_at)
    note_gap(since=datetime.fromisoformat(archive.manifest.made_at))


@contextmanager
def _site_stopped() -> Iterator[None]:
    """Keep the site from being started within the block. Raises `BackupError` while it runs."""
    with ExitStack() as stack:
        try:
            stack.enter_context(folder.locked(settings.DATA_DIR, address="manage.py restore"))
        except CannotStart:
            raise BackupError(RUNS) from None
        yield


def _unsealed(file: Path, keys: Keys, work: Path) -> Archive:
    plain = work / "backup.zip"
    with plain.open("wb") as to:
        unseal(file, to, keys)
    return Archive(plain)


def _check_fits(manifest: Manifest, allowed: Allowed) -> None:
    ours = settings.RELEASE
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).graph.nodes}
    is_newer = _version(manifest.release) > _version(ours)
    if manifest.format > FORMAT or is_newer or set(manifest.migrations) - known:
        raise BackupError(NEWER.format(theirs=manifest.release, ours=ours))
    if manifest.engine != connection.vendor:
        raise BackupError(OTHER_ENGINE.format(theirs=manifest.engine, ours=connection.vendor))
    here = site_identity().site_id
    theirs = manifest.site_id  # none of a release before sites had one
    if here and theirs and here != theirs and not allowed.other_site:
        raise BackupError(OTHER_SITE)
    if _has_people() and not allowed.over:
        raise BackupError(IN_USE)


def _version(release: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in release.split("."))


def _has_people() -> bool:
    with suppress(DatabaseError):
        return User.objects.exists() or Need.objects.exists()
    return False


def _keep_copy(work: Path) -> Path | None:
    """Keep what is here now beside the database, sealed for no one: unlike backups it stays on this machine.

    It goes as the copies from before an upgrade do (`retention/copies.py`).
    """
    if not _has_people():
        return None
    taken = take(work, Lock(), work)
    kept = settings.DATA_DIR / f"before-restore-{taken.name}"
    return Path(shutil.move(taken, kept))


def _end_here() -> tuple[date, date] | None:
    """The two days of a group that has ended here, by the database or the file beside it; else None.

    A backup from before that would open the site again with no one behind it.
    """
    group = last_known()
    with suppress(DatabaseError):
        group = GroupProfile.objects.filter(pk=GroupProfile.ONLY).first() or group
    if group and group.ends_on and group.ended_on:
        return group.ends_on, group.ended_on
    return None


def _ledgers(work: Path) -> list[Path]:
    """The ledger's file, and what this database alone knows of erasures before it goes."""
    files = [settings.ERASURE_LEDGER] if settings.ERASURE_LEDGER.exists() else []
    with suppress(DatabaseError):
        erasures = Erasure.objects.values_list("model", "key", "at")
        lines = [f"{model},{key},{at.isoformat()}\n" for model, key, at in erasures]
        known_here = work / "erasures.csv"
        known_here.write_text("".join(lines), encoding="utf-8")
        files.append(known_here)
    return files


def _count(manifest: Manifest) -> int:
    """Return how many rows the draft has. Raises `BackupError` where a table has others than it had."""
    total = 0
    with connection.cursor() as cursor:
        for table, rows in manifest.rows.items():
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT COUNT(*) FROM {quoted}")  # noqa: S608  a table that was just made
            (found,) = cursor.fetchone() or (0,)
            if found != rows:
                raise BackupError(MISCOUNTED.format(table=table, found=found, rows=rows))
            total += rows
    return total


class _Timer:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[step] = time.monotonic() - began
