"""A real site, started by `manage.py up` in a folder and on a port of its own."""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from celery import Celery
from django.conf import settings

from mutualaid.standalone.child import FIT_TO_FORK
from mutualaid.standalone.paths import broker_socket
from tests.support import migrated
from tests.support.own_names import hold

MANAGE = [sys.executable, "manage.py"]
LIMITS = (
    "ASKS_PER_HOUR_NETWORK", "ASKS_PER_DAY_CONTACT", "ASKS_PER_HOUR_SITE", "CODES_PER_HOUR_NETWORK",
    "CODES_PER_HOUR_CONTACT",
)  # fmt: skip
PORTS = Path(tempfile.gettempdir()) / f"mutualaid-ports-{os.getuid()}"
"""Where the runs of this account, of whatever checkout, hold their ports."""
PATIENCE = 300.0
"""Seconds; a start takes about ten of a processor, and minutes on a busy machine."""


class Site:
    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.broker = broker_socket(folder)
        inherited = {k: v for k, v in os.environ.items() if k not in {"REDIS_URL", "DEMO"}}
        # Without its address the command would set it and begin anew: a second of each start.
        own = {"DATA_DIR": str(folder), "SITE_URL": f"http://localhost:{self.port}", **FIT_TO_FORK}
        # All browsers of a run share one network.
        self.environment = inherited | own | dict.fromkeys(LIMITS, "1000") | environment
        self.codes: set[str] = set()
        """Sign-in codes that were used already."""
        self.output = folder.with_suffix(".txt")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str, first: bool = False, by_environment: bool = False) -> "Site":
        """Start it with what is in its folder: if `first`, nothing, else at least an empty database.

        `by_environment`: its port is given there alone.
        """
        port = () if by_environment else ("--port", str(self.port))
        database = self.folder / "db.sqlite3"
        if not first and "DATABASE_URL" not in self.environment and not database.exists():
            migrated.copy_to(database)
        with self.output.open("w") as out:
            process = self.process = subprocess.Popen(
                [*MANAGE, "up", *port, *options],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                umask=0,  # the worst that a machine may have
            )
        until(lambda: "Press Ctrl-C" in self.output.read_text() or process.poll() is not None)
        assert process.poll() is None, self.output.read_text()
        return self

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*MANAGE, *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            umask=0,
        )

    def refuses(self, *words: str) -> str:
        """Run a command that must fail, and return its output."""
        process = self.manage(*words)
        assert process.returncode == 1, process.stdout
        return process.stdout

    def answers(self) -> bool:
        try:
            with urlopen(f"http://localhost:{self.port}/healthz", timeout=5) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def works(self) -> bool:
        """Return whether a worker hears what is said through the embedded broker."""
        # As the current app, all later tests of this process would send their tasks by it.
        with Celery(broker=f"redis+socket://{self.broker}", set_as_current=False) as app:
            try:
                return bool(app.control.ping(timeout=1))
            except app.connection_for_read().recoverable_connection_errors:
                return False

    def groups(self) -> list[int]:
        """Return the process groups of broker, worker and web server, in this order."""
        file = self.folder / "processes"
        lines = file.read_text().splitlines() if file.exists() else []
        return [int(line.split()[0]) for line in lines]

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the supervisor alone, as a machine short of memory would."""
        self._end(signal.SIGKILL)

    def clear_up(self) -> None:
        """End the processes that a failed test left."""
        if self.process and self.process.poll() is None:
            self.stop()
        for group in self.groups():
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition` returns True, `PATIENCE` seconds at most."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def is_running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def free_port() -> int:
    """Return a port that no one listens on, below those that the system gives to outgoing connections.

    No other test gets it before this process ends, in this run or in one beside it: a site learns its port
    long before it listens there, and lets go of it when it starts anew.
    """
    while True:
        port = random.randrange(15_000, 30_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if hold(PORTS, str(port)):
                return port
