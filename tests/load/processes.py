"""What the processes of a site take of the machine: memory and processor time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psutil
from django.db import connection

BROKER, SITE = "valkey-server", "manage.py up"
"""What is in the command line of a broker, and of each process that is forked from the supervisor."""


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
    """What it is called here; "" for what is none of the site's. The web server forks workers of its own."""
    try:
        words, parents = _words(process), list(map(_words, process.parents()))
        depth = sum(SITE in line for line in parents)
        forks = any(SITE in _words(child) for child in process.children())
    except psutil.Error:
        return ""
    if BROKER in words:
        return "broker"
    if SITE not in words:
        return ""
    return "supervisor" if not depth else "web server" if depth > 1 or forks else "worker"


def _words(process: psutil.Process) -> str:
    return f"{' '.join(process.cmdline())} "


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
