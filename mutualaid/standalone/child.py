"""A server process that is started again when it dies, and ends with everything it started."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

LONGEST_PAUSE = 30.0
"""Seconds between two starts of a child that keeps dying. The first pause is half a second."""
STEADY_AFTER = 60.0
"""Seconds that a child must run for its next death to count as its first."""


class Child:
    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.pid = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._started = self._due = 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which ends the whole group.
        no_input = subprocess.DEVNULL
        self._process = subprocess.Popen(self.command, stdin=no_input, start_new_session=True)
        self.pid = self._process.pid
        self._started = time.monotonic()

    def has_died(self) -> bool:
        """Return True once for each death; from then on the child is due to start after a pause."""
        if not self._process or self._process.poll() is None:
            return False
        self._signal(signal.SIGKILL)  # what it started outlives it
        self._process = None
        now = time.monotonic()
        self._deaths = 1 if now - self._started > STEADY_AFTER else self._deaths + 1
        self._due = now + min(2.0 ** (self._deaths - 2), LONGEST_PAUSE)
        return True

    def is_due(self) -> bool:
        return not self._process and time.monotonic() >= self._due

    def terminate(self) -> None:
        """Send SIGTERM to the child and all it started."""
        if self._process:
            self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL to the child and all it started."""
        if self._process:
            self._signal(signal.SIGKILL)

    def end_by(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic seconds), then kill what is left of the group."""
        if not self._process:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):  # macOS: the group has only zombies
            os.killpg(self.pid, number)


def end(children: Sequence[Child], *, within: float) -> None:
    """Terminate all `children`, and kill those that have not ended after `within` seconds."""
    deadline = time.monotonic() + within
    for child in children:
        child.terminate()
    for child in children:
        child.end_by(deadline)
