"""Keep the data folder for one supervisor at a time, also after one was killed."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.utils.translation import gettext as _

from mutualaid.standalone.errors import CannotStart

ORPHANS_END_WITHIN = 5.0
"""Seconds."""


@contextmanager
def locked(folder: Path, *, address: str) -> Iterator[None]:
    """Lock `folder` for a site at `address` as long as the block runs.

    Raises `CannotStart` when another supervisor has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "running").open("a+") as file:
        try:
            # Unlike a flock it is this process's alone, and not also of those that it forks.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            file.seek(0)
            message = _("The site runs already, at %(address)s. Use that one, or stop it first.")
            raise CannotStart(message % {"address": file.read().strip()}) from None
        file.truncate(0)
        print(address, file=file, flush=True)
        yield


def write_processes(folder: Path, pids: Iterable[int]) -> None:
    """Write down which process groups run for `folder`, for the start after a `kill -9`."""
    draft = folder / "processes.draft"
    draft.write_text("".join(f"{pid} {_started_at(pid)}\n" for pid in pids))
    draft.replace(folder / "processes")  # atomic, whenever we are killed


def end_orphans(folder: Path) -> None:
    """End what a killed supervisor left running, and wait until it is gone."""
    file = folder / "processes"
    lines = file.read_text().splitlines() if file.exists() else []
    started_at = {int(pid): moment for pid, _, moment in (line.partition(" ") for line in lines)}
    # The moment of its start tells our process from another that got the same number later.
    orphans = [pid for pid, moment in started_at.items() if moment and moment == _started_at(pid)]
    for pid in orphans:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    deadline = time.monotonic() + ORPHANS_END_WITHIN
    while any(map(_is_left, orphans)) and time.monotonic() < deadline:
        time.sleep(0.05)
    file.unlink(missing_ok=True)


def _is_left(group: int) -> bool:
    """Whether any process of the group is there: one that outlives its leader still holds the port.

    macOS does not permit to signal a group of zombies.
    """
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, 0)
        return True
    return False


def _started_at(pid: int) -> str:
    """When the process began, in whatever way the system writes it; empty when it has ended."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return _started_at_by_ps(pid) if not Path("/proc/self").exists() else ""
    except ProcessLookupError:
        return ""
    return "" if state == "Z" else fields[18]


def _started_at_by_ps(pid: int) -> str:
    ps = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout.strip()
