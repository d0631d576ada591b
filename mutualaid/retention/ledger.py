"""The ledger of erasures: in the database, and in a file that a restore of the database leaves alone."""

import csv
import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from fcntl import LOCK_EX, flock
from functools import partial
from io import SEEK_END, FileIO
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.db.models.functions import Now

from mutualaid.retention.models import Erasure
from mutualaid.retention.terms import OWNERS

log = logging.getLogger(__name__)
Line = tuple[str, str, datetime]
"""The owner as in `terms.OWNERS`, its id, and when it was erased."""
AT_ONCE = 500
"""Ids in one query."""
_file_is_kept = ContextVar("file_is_kept", default=False)


class NotALedger(Exception):
    """A line of the file is not the model, id and time of an erasure."""


def write(owner: str, pks: Collection[int]) -> None:
    """Record that these rows of `owner` are erased; what is recorded already keeps its time.

    The file is written once the transaction commits; a file that cannot be written is only logged.
    """
    rows = apps.get_model(owner)._base_manager.filter(pk__in=pks)
    rows.filter(erased_at=None).update(erased_at=Now())
    lines = [
        Erasure(model=owner, key=str(key)) for key in rows.values_list(OWNERS[owner], flat=True)
    ]
    Erasure.objects.bulk_create(lines, ignore_conflicts=True)
    transaction.on_commit(partial(_append, lines), robust=True)


def to_erase_again(files: Iterable[Path]) -> Iterator[tuple[str, Model]]:
    """Return (owner, row) for each row that was erased once, by table or file, and exists again.

    Asks come first, so that a whole ask is erased before single needs of it. An id that a restored
    database has given to someone new is told by the time: that row is younger than the erasure.

    Lets `NotALedger` and `OSError` through, before the first row.
    """
    lines = [line for file in files for line in _read(file)]
    lines += Erasure.objects.values_list("model", "key", "at")
    lines.sort(key=lambda line: list(OWNERS).index(line[0]))
    return (
        (owner, row) for owner, key, at in lines for row in _restored(owner, key, at).iterator()
    )


def all_known(file: Path, *, from_byte: int) -> bool:
    """Return whether the table has each erasure of `file` from this byte on; where no line begins there, all.

    A file that is no ledger is not known. What this site erases is in its table before it is in the file.
    """
    if not file.exists():
        return True
    start = from_byte if _begins_line(file, from_byte) else 0
    try:
        named = {(owner, key) for owner, key, _at in _read(file, start)}
    except NotALedger:
        return False
    keys = sorted({key for _owner, key in named})
    for first in range(0, len(keys), AT_ONCE):
        known = Erasure.objects.filter(key__in=keys[first : first + AT_ONCE])
        named -= set(known.values_list("model", "key"))
    return not named


@contextmanager
def file_kept_as_it_is() -> Iterator[None]:
    """Add nothing to the file within the block: what is erased there is a copy that goes."""
    before = _file_is_kept.set(True)
    try:
        yield
    finally:
        _file_is_kept.reset(before)


def _restored(owner: str, key: str, at: datetime) -> QuerySet[Model]:
    lookups = {OWNERS[owner]: key, "erased_at": None, "created_at__lte": at}
    rows: QuerySet[Model] = apps.get_model(owner)._base_manager.filter(**lookups)
    return rows


def _append(lines: list[Erasure]) -> None:
    """Add all lines or none: half a line would spoil the next."""
    if _file_is_kept.get():
        return
    text = "".join(f"{line.model},{line.key},{line.at.isoformat()}\n" for line in lines).encode()
    try:
        with settings.ERASURE_LEDGER.open("ab", buffering=0) as file:
            flock(file, LOCK_EX)
            _add_whole(file, text)
    except OSError as error:
        log.error("ledger file not written", extra={"error": type(error).__name__})


def _add_whole(file: FileIO, text: bytes) -> None:
    """Raises `OSError` where the disk is full; the file is then as it was."""
    size = file.seek(0, SEEK_END)
    try:
        while text:
            text = text[file.write(text) :]
    except OSError:
        file.truncate(size)
        raise


def _begins_line(file: Path, at: int) -> bool:
    with file.open("rb") as raw:
        raw.seek(max(at - 1, 0))
        return raw.read(1) == b"\n"


def _read(file: Path, from_byte: int = 0) -> list[Line]:
    lines = []
    with file.open(encoding="utf-8", newline="") as text:
        text.seek(from_byte)
        for number, cells in enumerate(csv.reader(text), start=1):
            try:
                lines.append(_parse_line(*cells))
            except (TypeError, ValueError, LookupError, ValidationError) as error:
                raise NotALedger(f"{file}, line {number}") from error
    return lines


def _parse_line(owner: str, key: str, at: str) -> Line:
    apps.get_model(owner)._meta.get_field(OWNERS[owner]).to_python(key)
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return owner, key, moment
