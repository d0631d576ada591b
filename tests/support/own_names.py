"""Names that no other run of the tests uses at the same time, for files that two would fight over."""

import fcntl
from itertools import count
from pathlib import Path
from typing import TextIO

_locks: list[TextIO] = []


def take_name(folder: Path, name: str) -> str:
    """Return `name`, or name-2, name-3 and so on: the first that no one else holds in `folder`.

    It is held until this process ends, however it ends: the lock is the operating system's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        candidate = f"{name}-{number}" if number > 1 else name
        lock = (folder / f"{candidate}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            _locks.append(lock)
            return candidate
    raise AssertionError("numbers never end")
