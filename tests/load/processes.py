"""What the processes of a site take of the machine: memory and processor time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psutil
from django.db import connection

KINDS = (
    ("broker", "valkey-server"),
    ("web server", "gunicorn"),
    ("worker", "mutualaid worker "),
    ("beat", "mutualaid beat "),
    ("supervisor", "manage.py up"),
)
"""What each is called here, and what its command line has in it."""


@dataclass
class Usage:
    """Of all processes of one kind: memory in MB, what is shared counted once; processor time in seconds."""

    mb: float = 0.0
    seconds: float = 0.0


def look() -> dict[str, Usage]:
    """What is taken now by each kind of process, by its name."""
    found = defaultdict[str, Usage](Usage)
    for kind, process in _processes():
        try:
            memory, times = process.memory_full_info(), process.cpu_times()
        except psutil.Error:  # it has just ended; its parent has its time
            continue
        found[kind].mb += memory.pss / 2**20
        # Also of children that have ended, as those of PostgreSQL's connections.
        found[kind].seconds += sum(times[:4])
    return dict(found)


def _processes() -> Iterator[tuple[str, psutil.Process]]:
    for process in psutil.Process().children(recursive=True):
        kind = _kind_of(process)
        if kind:
            yield kind, process
    yield from (("database", process) for process in _database())


def _kind_of(process: psutil.Process) -> str:
    try:
        words = f"{' '.join(process.cmdline())} "
    except psutil.Error:
        return ""
    return next((kind for kind, part in KINDS if part in words), "")


def _database() -> Iterable[psutil.Process]:
    """PostgreSQL and its processes; SQLite has none of its own."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    connection.close()
    return [server, *server.children(recursive=True)]


def show(before: dict[str, Usage], after: dict[str, Usage], seconds: float) -> None:
    """Print what each kind of process took, and all together."""
    print(f"   {'':12}{'MB before':>11}{'MB after':>10}{'% of a core':>13}")
    for kind in after:
        _line(kind, before.get(kind, Usage()), after[kind], seconds)
    _line("all", _sum(before), _sum(after), seconds)


def _line(kind: str, before: Usage, after: Usage, seconds: float) -> None:
    share = 100 * (after.seconds - before.seconds) / seconds
    print(f"   {kind:12}{before.mb:11.0f}{after.mb:10.0f}{share:13.1f}", flush=True)


def _sum(usages: dict[str, Usage]) -> Usage:
    return Usage(
        sum(usage.mb for usage in usages.values()), sum(usage.seconds for usage in usages.values())
    )
