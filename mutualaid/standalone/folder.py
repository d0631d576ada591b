"""The data folder belongs to one supervisor at a time, also after one was killed."""

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
def held(folder: Path, *, address: str) -> Iterator[None]:
    """Hold `folder` for a site at `address` as long as the block runs.

    Raises `CannotStart` when another supervisor holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "running").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            words = _("The site runs already, at %(address)s. Use that one, or stop it first.")
            raise CannotStart(words % {"address": file.read().strip()}) from None
        file.truncate(0)
        print(address, file=file, flush=True)
        yield


def remember(folder: Path, pids: Iterable[int]) -> None:
    """Note which process groups run for `folder`, for the start after a `kill -9`."""
    draft = folder / "processes.draft"
    draft.write_text("".join(f"{pid} {_born(pid)}\n" for pid in pids))
    draft.replace(folder / "processes")  # whole or not at all, whenever we are killed


def end_orphans(folder: Path) -> None:
    """End what a killed supervisor left running, and wait until it is gone."""
    notes = folder / "processes"
    lines = notes.read_text().splitlines() if notes.exists() else []
    noted = {int(pid): born for pid, _space, born in (line.partition(" ") for line in lines)}
    # The moment of birth tells our process from a stranger's that got the same number later.
    orphans = [pid for pid, born in noted.items() if born and born == _born(pid)]
    for pid in orphans:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    deadline = time.monotonic() + ORPHANS_END_WITHIN
    while any(map(_born, orphans)) and time.monotonic() < deadline:
        time.sleep(0.05)
    notes.unlink(missing_ok=True)


def _born(pid: int) -> str:
    """When the process began, in the system's own words; empty when it is gone."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return _born_by_ps(pid) if not Path("/proc/self").exists() else ""
    except ProcessLookupError:
        return ""
    return "" if state == "Z" else fields[18]


def _born_by_ps(pid: int) -> str:
    ps = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout.strip()
