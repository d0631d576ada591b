"""The worker, with the beat that starts its sweeps in a thread of it: a sweep without a worker is nothing."""

import logging
import os
import sys
import time
import warnings
from pathlib import Path
from threading import Event, Thread
from typing import Any, ClassVar

from celery.beat import Service
from celery.bootsteps import StartStopStep
from celery.signals import task_received, worker_ready, worker_shutting_down
from celery.worker import state

from mutualaid.celery import app
from mutualaid.standalone.pulse import Pulse

ROOT_WARNING = "You're running the worker with superuser privileges"
"""Not shown: a container runs as root, and tasks carry nothing but ids in JSON."""
SHOWS_LIFE_EACH = 3.0
"""Seconds."""
NICENESS = 5
"""Where both want the processor, someone who waits for a page goes before what is done beside it."""
BEGINS_AGAIN_AFTER = 5.0
"""Seconds until a beat that failed is tried again."""
log = logging.getLogger(__name__)
HEARS_WITHIN = 60.0
"""Seconds without a task after which a worker with free threads is deaf: beat starts one each five."""


class SignsOfLife(StartStopStep):
    """Beats the pulse from the loop that takes tasks, while they arrive or all threads are busy.

    It is still in a worker that is stopped, that hears no broker any more, and whose beat has died.
    """

    pulse: ClassVar[Pulse]

    def start(self, parent: Any) -> None:
        self._hear()
        task_received.connect(self._hear)
        self._timer = parent.timer.call_repeatedly(SHOWS_LIFE_EACH, self._show_life)

    def stop(self, parent: Any) -> None:
        self._timer.cancel()

    def _hear(self, **_: Any) -> None:
        self._heard = time.monotonic()

    def _show_life(self) -> None:
        is_busy = len(state.active_requests) >= app.conf.worker_concurrency
        if is_busy or time.monotonic() - self._heard < HEARS_WITHIN:
            self.pulse.beat()


class Beat(Thread):
    """Starts the sweeps. Where it fails, as on a full disk where it keeps its times, it begins again."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(name="beat", daemon=True)
        self._data_dir = data_dir
        self._stopping = Event()
        self._service: Service | None = None

    def run(self) -> None:
        while not self._stopping.is_set():
            self._service = Service(
                app,  # type: ignore[arg-type]  # the stubs know no tasks but Celery's own
                schedule_filename=str(self._data_dir / "beat"),
                scheduler_cls=app.conf.beat_scheduler,
            )
            try:
                self._service.start()
            except Exception as error:  # whatever it was, no sweep would run without it
                log.error("beat failed, and begins again", extra={"error": type(error).__name__})
                self._stopping.wait(BEGINS_AGAIN_AFTER)

    def stop(self) -> None:
        self._stopping.set()
        if self._service:
            self._service.stop()


def run(pulse: Pulse, data_dir: Path) -> None:
    """Work until a signal comes, with signs of life in `pulse`. Beat keeps its times in `data_dir`."""
    os.nice(NICENESS)
    os.environ["CELERY_SKIP_CHECKS"] = "1"  # the supervisor has run them
    warnings.filterwarnings("ignore", ROOT_WARNING)
    SignsOfLife.pulse = pulse
    app.steps["consumer"].add(SignsOfLife)
    beat = Beat(data_dir)
    worker_ready.connect(lambda **_: beat.start(), weak=False)
    worker_shutting_down.connect(lambda **_: beat.stop(), weak=False)
    work = app.Worker(loglevel="WARNING", without_gossip=True, without_mingle=True, quiet=True)
    work.start()
    sys.exit(work.exitcode)
