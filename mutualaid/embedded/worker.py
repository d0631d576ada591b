"""The worker, with the beat that makes it look for due rows."""

import sys
from pathlib import Path

ROOT_WARNING = "You're running the worker with superuser privileges"
"""In a container that is how it is, and messages hold nothing but ids in JSON."""


def command(data_dir: Path) -> list[str]:
    """Return the command line of a worker whose beat keeps its times in `data_dir`."""
    python = [sys.executable, "-W", f"ignore:{ROOT_WARNING}"]
    celery = ["-m", "celery", "--quiet", "--app", "mutualaid", "worker"]
    # Threads: the prefork pool can take half a minute to end.
    pool = ["--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    beat = ["--beat", "--schedule", str(data_dir / "beat")]
    return [*python, *celery, *pool, *beat, "--loglevel", "warning"]
