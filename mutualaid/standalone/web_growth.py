"""As many web processes as pages keep busy: one at rest, more while people come.

One process draws one page at a time, whatever its threads. So a process that computes most of the time asks
Gunicorn for another one, and gives it back after quiet minutes. What they know of each other stands in
memory that they share: Gunicorn alone writes how many there are, the processes when one was busy or calm.
"""

import os
import signal
import time
from contextlib import suppress
from mmap import mmap
from struct import Struct
from threading import Lock

BUSY, CALM = 0.5, 0.15
"""Shares of one core over `LOOK_SECONDS`. Beyond half a core pages wait for each other: at 70 % of it their
p95 was twice that of two processes (`make load`)."""
LOOK_SECONDS = 2.0
STEP_SECONDS = 30.0
"""From one process more to the next, and since one of several was calm: one long task is no crowd."""
QUIET_SECONDS = 600.0
MOST = 4
_COUNT, _MOMENT = Struct("qd"), Struct("d")
_BUSY_AT, _CALM_AT = _COUNT.size, _COUNT.size + _MOMENT.size


class Growth:
    """One is made before Gunicorn forks; each process then looks at itself, once a request.

    There are `first` processes at least, and `most` at most.
    """

    def __init__(self, first: int, most: int) -> None:
        self.first, self.most = first, max(first, most)
        self._memory, self._turn = mmap(-1, _CALM_AT + _MOMENT.size), Lock()
        self._since, self._computed = time.monotonic(), time.process_time()
        _COUNT.pack_into(self._memory, 0, first, -STEP_SECONDS)
        _MOMENT.pack_into(self._memory, _CALM_AT, -STEP_SECONDS)

    def begin(self, processes: int) -> None:
        """Take over how many Gunicorn was told to begin with, in whatever way it was told."""
        self.first, self.most = processes, max(processes, self.most)

    def bounded(self, processes: int) -> int:
        """Return how many there may be where so many were asked for."""
        return min(max(processes, self.first), self.most)

    def count(self, processes: int) -> None:
        """Note how many processes Gunicorn wants from now on. Called by Gunicorn's own process alone."""
        _COUNT.pack_into(self._memory, 0, processes, time.monotonic())

    def look(self, gunicorn: int) -> None:
        """Ask the process `gunicorn`, our parent, for one process more or fewer, where it is time."""
        now = time.monotonic()
        if now - self._since < LOOK_SECONDS or not self._turn.acquire(blocking=False):
            return
        try:
            computed = time.process_time()
            share = (computed - self._computed) / max(now - self._since, LOOK_SECONDS)
            self._since, self._computed = now, computed
            wanted = self.wanted(share, now)
            if wanted and os.getppid() == gunicorn:
                with suppress(OSError):
                    os.kill(gunicorn, wanted)
        finally:
            self._turn.release()

    def wanted(self, share: float, now: float) -> signal.Signals | None:
        """Return the signal for a process that computed for this share of a core, if any."""
        processes, changed_at = _COUNT.unpack_from(self._memory, 0)
        (busy_at,) = _MOMENT.unpack_from(self._memory, _BUSY_AT)
        (calm_at,) = _MOMENT.unpack_from(self._memory, _CALM_AT)
        _MOMENT.pack_into(self._memory, _BUSY_AT if share > CALM else _CALM_AT, now)
        if share > BUSY and processes < self.most:
            others_calm_at = calm_at if processes > 1 else changed_at
            is_time = now - max(changed_at, others_calm_at) > STEP_SECONDS
            return signal.SIGTTIN if is_time else None
        is_quiet = share <= CALM and now - max(busy_at, changed_at) > QUIET_SECONDS
        return signal.SIGTTOU if is_quiet and processes > self.first else None
