"""Workers on machines whose clocks are wrong, through a real broker: no sweep is thrown away."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import settings

from mutualaid.standalone import broker
from tests.servers.celery_apart import beat_arguments, worker_arguments
from tests.support import migrated
from tests.support.site import until

pytestmark = pytest.mark.slow
MINUTE = 60
SWEEP_RAN = "ran mutualaid.notify.tasks.sweep\n"


class Machines:
    """A broker and a database, on a machine that is right, and Celery on others."""

    def __init__(self, folder: Path, exit: ExitStack) -> None:
        self.folder = folder
        self.logs: list[Path] = []
        self._exit = exit
        socket = folder / "broker.sock"
        self._run(broker.command(socket))
        until(socket.is_socket)
        inherited = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        own = {
            "DATA_DIR": str(folder),
            "REDIS_URL": f"redis+socket://{socket}",
            "LOG_LEVEL": "INFO",
        }
        self._environment = inherited | own
        migrated.copy_to(folder / "db.sqlite3")

    def worker(self, *, wrong: float) -> None:
        self._celery(wrong, worker_arguments())

    def beat(self) -> None:
        self._celery(0, beat_arguments(self.folder))

    def _celery(self, wrong: float, arguments: list[str]) -> None:
        log = self.folder / f"{len(self.logs)}.log"
        self.logs.append(log)
        command = [sys.executable, "-m", "tests.support.wrong_clock", str(wrong), *arguments]
        with log.open("w") as out:
            self._run(
                command,
                cwd=settings.BASE_DIR,
                env=self._environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def _run(self, command: list[str], **more: Any) -> None:
        process = self._exit.enter_context(subprocess.Popen(command, **more))
        self._exit.callback(process.kill)

    def lines(self) -> list[str]:
        return "".join(log.read_text() for log in self.logs).splitlines()


@pytest.fixture
def machines() -> Iterator[Machines]:
    # A socket's name has to be short.
    with TemporaryDirectory(prefix="mutualaid-clocks-") as folder, ExitStack() as exit:
        yield Machines(Path(folder), exit)


def test_each_machine_runs_sweeps_and_none_is_thrown_away(machines):
    for wrong in (10 * MINUTE, -10 * MINUTE, 60 * MINUTE):
        machines.worker(wrong=wrong)
    machines.beat()
    until(lambda: all(SWEEP_RAN in log.read_text() for log in machines.logs[:-1]))
    assert [line for line in machines.lines() if "iscard" in line] == []
