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
    alone = ["--without-gossip", "--without-mingle"]
    return [*CELERY, "worker", *alone, "--loglevel", "warning"]


def beat_command(data_dir: Path) -> list[str]:
    """Return the command line of a beat that keeps its times in `data_dir`."""
    schedule = ["--schedule", str(data_dir / "beat"), "--pidfile", ""]
    return [*CELERY, "beat", *schedule, "--loglevel", "warning"]
