"""Names that no other run of the tests uses at the same time, for files and ports two would fight over."""

import fcntl
from itertools import count
from pathlib import Path
from typing import TextIO

_locks: list[TextIO] = []


def take_name(folder: Path, name: str) -> str:
    """Return `name`, or name-2, name-3 and so on: the first that `hold` gives to this process in `folder`."""
    numbered = (f"{name}-{number}" if number > 1 else name for number in count(1))
    return next(candidate for candidate in numbered if hold(folder, candidate))


def hold(folder: Path, name: str) -> bool:
    """Hold `name` in `folder`; False where someone does so already, be it this process itself.

    It is held until this process ends, however it ends: the lock is the operating system's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / f"{name}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _locks.append(lock)
    return True
