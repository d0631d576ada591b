"""The command lines of a worker and a beat of their own, as on a machine with servers."""

from pathlib import Path


def worker_arguments() -> list[str]:
    return ["worker", "--without-gossip", "--without-mingle", "--loglevel", "warning"]


def beat_arguments(data_dir: Path) -> list[str]:
    schedule = ["--schedule", str(data_dir / "beat"), "--pidfile", ""]
    return ["beat", *schedule, "--loglevel", "warning"]
