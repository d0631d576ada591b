"""As many web processes as pages keep busy: one at rest, more while people come.

One process draws one page at a time, whatever its threads. So a process that computes most of the time asks
Gunicorn for another one, and gives it back after quiet minutes. What they know of each other stands in
memory that they share.
"""

import os
import signal
import time
from mmap import mmap
from struct import Struct
from threading import Lock

BUSY, CALM = 0.5, 0.15
"""Shares of one core over `LOOK_SECONDS`. Beyond half a core pages wait for each other: at 70 % of it their
p95 was twice that of two processes (`make load`)."""
LOOK_SECONDS = 5.0
QUIET_SECONDS = 600.0
MOST = 4
_SHARED = Struct("qd")
"""How many processes there are, and when one was last not calm, by the clock of the machine."""


class Growth:
    """One is made before Gunicorn forks; each process then looks at itself, once a request.

    There are `first` processes at least, and `most` at most.
    """

    def __init__(self, first: int, most: int) -> None:
        self.first, self.most = first, max(first, most)
        self._memory, self._turn = mmap(-1, _SHARED.size), Lock()
        self._since, self._computed = time.monotonic(), time.process_time()
        self._write(first, self._since)

    def count(self, processes: int) -> None:
        """Note how many processes Gunicorn wants from now on."""
        self._write(processes, time.monotonic())

    def look(self, gunicorn: int) -> None:
        """Ask the process `gunicorn` for one process more or fewer, where it is time."""
        now = time.monotonic()
        if now - self._since < LOOK_SECONDS or not self._turn.acquire(blocking=False):
            return
        try:
            computed = time.process_time()
            share = (computed - self._computed) / max(now - self._since, LOOK_SECONDS)
            self._since, self._computed = now, computed
            if wanted := self.wanted(share, now):
                os.kill(gunicorn, wanted)
        finally:
            self._turn.release()

    def wanted(self, share: float, now: float) -> signal.Signals | None:
        """Return the signal for a process that computed for this share of a core, if any."""
        processes, busy_at = _SHARED.unpack(self._memory[:])
        if share > CALM:
            self._write(processes, now)
        if share > BUSY and processes < self.most:
            return signal.SIGTTIN
        if processes > self.first and (processes > self.most or now - busy_at > QUIET_SECONDS):
            return signal.SIGTTOU if share <= CALM else None
        return None

    def _write(self, processes: int, busy_at: float) -> None:
        self._memory[:] = _SHARED.pack(processes, busy_at)
