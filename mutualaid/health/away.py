"""The episode in which the database is away. It stands in a file of `DATA_DIR`, for this machine.

Whoever has the file locked looks after it; a process that dies lets go.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO

from django.conf import settings

from mutualaid.health.episodes import PATIENCE, REMIND_AFTER, Tell, Word, word_of
from mutualaid.health.models import Alarm

CHECK = "database"


def note(*, is_away: bool, tell: Tell) -> None:
    """Write down whether the database is away, and tell what is due.

    Raises `OSError` where the folder cannot be written to.
    """
    path = Path(settings.DATA_DIR) / "alarm.json"
    if not is_away and not path.exists():
        return
    with suppress(BlockingIOError), _locked(path) as file:
        alarm = _read(file)
        alarm.is_open = is_away
        if not is_away:
            if not alarm.told or tell(Word.WORKS_AGAIN, alarm):
                path.unlink(missing_ok=True)
            return
        if alarm.next_at and alarm.next_at <= _now() and tell(word_of(alarm), alarm):
            alarm.next_at = None if alarm.told else _now() + REMIND_AFTER
            alarm.told += 1
        _write(file, alarm)


@contextmanager
def _locked(path: Path) -> Iterator[IO[str]]:
    """Raises `BlockingIOError` where another process has it."""
    with path.open("a+") as file:
        flock(file, LOCK_EX | LOCK_NB)
        yield file


def _read(file: IO[str]) -> Alarm:
    """A new episode where there is none, or a file that was cut."""
    file.seek(0)
    try:
        began, told, following = json.loads(file.read())
        next_at = datetime.fromtimestamp(following, UTC) if following else None
        return Alarm(
            checks=CHECK, began_at=datetime.fromtimestamp(began, UTC), told=told, next_at=next_at
        )
    except (ValueError, TypeError):
        return Alarm(checks=CHECK, began_at=_now(), next_at=_now() + PATIENCE)


def _write(file: IO[str], alarm: Alarm) -> None:
    following = alarm.next_at.timestamp() if alarm.next_at else None
    file.seek(0)
    file.truncate()
    file.write(json.dumps([alarm.began_at.timestamp(), alarm.told, following]))


def _now() -> datetime:
    """By this machine's clock: the database's is away."""
    return datetime.fromtimestamp(time.time(), UTC)
