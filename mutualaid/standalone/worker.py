"""The worker, and the beat that starts its sweeps. Two processes: either may die alone."""

import sys
from pathlib import Path

ROOT_WARNING = "You're running the worker with superuser privileges"
"""Not shown: a container runs as root, and tasks carry nothing but ids in JSON."""
CELERY = [
    *(sys.executable, "-W", f"ignore:{ROOT_WARNING}"),
    *("-m", "celery", "--quiet", "--app", "mutualaid"),
]


def command() -> list[str]:
    """Return the command line of a worker."""
    return [*CELERY, *worker_arguments()]


def beat_command(data_dir: Path) -> list[str]:
    """Return the command line of a beat that keeps its times in `data_dir`."""
    return [*CELERY, *beat_arguments(data_dir)]


def worker_arguments() -> list[str]:
    return ["worker", "--without-gossip", "--without-mingle", "--loglevel", "warning"]


def beat_arguments(data_dir: Path) -> list[str]:
    schedule = ["--schedule", str(data_dir / "beat"), "--pidfile", ""]
    return ["beat", *schedule, "--loglevel", "warning"]
