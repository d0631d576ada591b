"""A process that is started again when it dies or is deaf, and ends with everything it started.

It is forked, and shares with its parent the code that was read before: half a dozen processes of one site
weigh little more than one. A parent that forks has no threads and no connections.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from typing import NoReturn

LONGEST_PAUSE = 30.0
"""Seconds between two starts of a child that keeps dying. The first pause is half a second."""
STEADY_AFTER = 60.0
"""Seconds that a child must run for its next death to count as its first."""
STARTS_WITHIN = 60.0
"""Seconds that a child may take until it answers for the first time."""
MISSES = 3
"""So many questions in a row a child leaves without an answer before it counts as hung."""
FIT_TO_FORK = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
"""What a parent's environment holds from its start on: NumPy else starts threads of its own when it is
imported, and each arena of memory is one more that is not shared."""
STOPPED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Child:
    """Runs `target` in a process of its own; `is_well` asks it, within a few seconds, whether it works."""

    def __init__(
        self, name: str, target: Callable[[], object], is_well: Callable[[], bool] = lambda: True
    ) -> None:
        self.name = name
        self.pid = 0
        self._target = target
        self._is_well = is_well
        self._process: ForkProcess | None = None
        self._deaths = self._misses = 0
        self._has_answered = False
        self._started = self._due = 0.0

    def start(self) -> None:
        self._process = get_context("fork").Process(target=partial(_lead, self._target))
        self._process.start()
        self.pid = self._process.pid or 0
        self._started = time.monotonic()
        self._misses, self._has_answered = 0, False

    def has_died(self) -> bool:
        """Return True once for each death; from then on the child is due to start after a pause."""
        if not self._process or self._process.is_alive():
            return False
        self._signal(signal.SIGKILL)  # what it started outlives it
        self._process = None
        now = time.monotonic()
        self._deaths = 1 if now - self._started > STEADY_AFTER else self._deaths + 1
        self._due = now + min(2.0 ** (self._deaths - 2), LONGEST_PAUSE)
        return True

    def is_due(self) -> bool:
        return not self._process and time.monotonic() >= self._due

    def is_hung(self) -> bool:
        """Ask once whether it is well; True when it missed `MISSES` questions in a row.

        Questions are counted, and no time: after a machine slept, each child still has all its tries.
        """
        if not self._process:
            return False
        if self._is_well():
            self._misses, self._has_answered = 0, True
        elif self._has_answered or time.monotonic() - self._started > STARTS_WITHIN:
            self._misses += 1
        return self._misses >= MISSES

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
        # `join` with a timeout would wait for ever: it takes a process that became a program for dead.
        while self._process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        self._signal(signal.SIGKILL)
        self._process.join()
        self._process = None

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):  # macOS: the group has only zombies
            with suppress(ProcessLookupError, PermissionError):
                os.kill(self.pid, number)  # it leads no group yet


def _lead(target: Callable[[], object]) -> None:
    # A session of its own: Ctrl-C reaches the supervisor alone, which ends the whole group.
    os.setsid()
    for number in STOPPED_BY:
        signal.signal(number, signal.SIG_DFL)
    target()


def program(command: Sequence[str]) -> Callable[[], object]:
    """Return what makes a forked process the program of this command line."""
    return partial(os.execv, command[0], list(command))


def begin_again(environment: Mapping[str, str]) -> NoReturn:
    """Replace this process by one of the same command line, with `environment` added to its own."""
    os.environ.update(environment)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  ourselves again


def end(children: Sequence[Child], *, within: float) -> None:
    """Terminate all `children`, and kill those that have not ended after `within` seconds."""
    deadline = time.monotonic() + within
    for child in children:
        child.terminate()
    for child in children:
        child.end_by(deadline)
