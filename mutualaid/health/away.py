"""The episode in which the database is away, or takes nothing. It stands in a file, for this machine.

Whoever has the file locked looks after it; a process that dies lets go. Where the file, in `DATA_DIR`, cannot
be written to either, each process has an episode of its own.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from threading import Lock
from typing import IO

from django.conf import settings

from mutualaid.health.episodes import PATIENCE, REMIND_AFTER, Tell, Word, word_of
from mutualaid.health.models import Alarm

CHECK = "database"


@dataclass
class _Kept:
    """The episode that the file does not hold, of this process."""

    alarm: Alarm | None = None
    lock: Lock = field(default_factory=Lock)


_kept = _Kept()


def note(*, is_away: bool, tell: Tell) -> None:
    """Write down whether the database is away, and tell what is due."""
    path = Path(settings.DATA_DIR) / "alarm.json"
    if not is_away and not path.exists() and not _kept.alarm:
        return
    with _kept.lock, suppress(BlockingIOError), _locked(path) as file:
        alarm = _kept.alarm or _read(file)
        alarm.is_open = is_away
        if _is_over(alarm, tell):
            _kept.alarm = None
            with suppress(OSError):
                path.unlink(missing_ok=True)
        else:
            _kept.alarm = None if _is_written(file, alarm) else alarm


def _is_over(alarm: Alarm, tell: Tell) -> bool:
    """Tell what is due; returns whether nothing is left to tell."""
    if not alarm.is_open:
        return not alarm.told or tell(Word.WORKS_AGAIN, alarm)
    if alarm.next_at and alarm.next_at <= _now() and tell(word_of(alarm), alarm):
        alarm.next_at = None if alarm.told else _now() + REMIND_AFTER
        alarm.told += 1
    return False


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes] | None]:
    """None where it cannot be opened to write. Raises `BlockingIOError` where another process has it."""
    try:
        file = path.open("a+b", buffering=0)
    except OSError:
        yield None
        return
    with file:
        flock(file, LOCK_EX | LOCK_NB)
        yield file


def _read(file: IO[bytes] | None) -> Alarm:
    """A new episode where there is none, or a file that was cut."""
    try:
        began, told, following = json.loads(_text_of(file))
        next_at = datetime.fromtimestamp(following, UTC) if following else None
        return Alarm(
            checks=CHECK, began_at=datetime.fromtimestamp(began, UTC), told=told, next_at=next_at
        )
    except (OSError, ValueError, TypeError):
        return Alarm(checks=CHECK, began_at=_now(), next_at=_now() + PATIENCE)


def _text_of(file: IO[bytes] | None) -> bytes:
    if file is None:
        return b""
    file.seek(0)
    return file.read()


def _is_written(file: IO[bytes] | None, alarm: Alarm) -> bool:
    following = alarm.next_at.timestamp() if alarm.next_at else None
    text = json.dumps([alarm.began_at.timestamp(), alarm.told, following]).encode()
    try:
        if file is None:
            return False
        file.truncate(0)
        return file.write(text) == len(text)
    except OSError:
        return False


def _now() -> datetime:
    """By this machine's clock: the database's is away."""
    return datetime.fromtimestamp(time.time(), UTC)
