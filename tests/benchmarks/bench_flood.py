"""`make bench-flood`: so many needs in a minute, and one for today that is posted last.

On PostgreSQL and a Redis of its own, with the worker and the beat that a site starts. Beside it, with fewer
needs, a task for each of them, first come, first served. Needs are written in bulk, as fast as they are to
come, and announced one by one, as the site does; the last one is asked by the page's own action. Mails are
written and go nowhere, for a mail server has a machine of its own.

`python -m tests.benchmarks.bench_flood [NEEDS]`, 10,000 unless named.
"""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import time as time_of_day
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import django

from mutualaid.standalone import broker
from tests.benchmarks.goals import at_most
from tests.benchmarks.throwaway import throwaway_database
from tests.servers.celery_apart import beat_arguments, worker_arguments
from tests.support.site import until

CELERY = [sys.executable, "-m", "celery", "--quiet", "--app", "mutualaid"]
NEEDS, BASELINE, SEED = 10_000, 500, 1
OFFERS = int(os.environ.get("OFFERS", "2000"))
"""Or as many as needs, where those are more."""
PER_SECOND = NEEDS // 60
NOT_FOR_TODAY = (1, 2, 2, 3)
SHARES, FLAT = (0.25, 0.5, 1.0), 1.2
"""When memory is looked at, and up to how many times the first look counts as flat."""
PATIENCE = 900.0
"""Seconds after which what is not matched counts as never."""


@dataclass
class Flood:
    """What was seen of one flood, in seconds since the first need was posted."""

    needs: int
    posted: float = PATIENCE
    invited_after: float = PATIENCE
    """From the need for today, once it was asked, to its first invitation."""
    told_after: float = PATIENCE
    """To the first of these that went out."""
    seen: list[tuple[float, int, int]] = field(default_factory=list)
    """When, how many needs were matched by then, and the MB of the worker."""

    @property
    def seconds(self) -> float:
        return self._when(1)[0]

    def memory(self, share: float) -> int:
        """MB when this share of the needs was matched."""
        return self._when(share)[2]

    def _when(self, share: float) -> tuple[float, int, int]:
        done = (one for one in self.seen if one[1] >= share * self.needs)
        return next(done, (PATIENCE, 0, 0))


def main(needs: int) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind
    with TemporaryDirectory(prefix="mutualaid-flood-") as name, ExitStack() as exit:
        folder = Path(name)
        socket = folder / "redis.sock"
        os.environ |= {
            "DATA_DIR": name,
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.flood_settings",
            "FLOOD_BEGUN": str(folder / "begun"),
            "REDIS_URL": f"redis+socket://{socket}",
        }
        django.setup()
        exit.enter_context(_process(broker.command(socket)))
        until(socket.is_socket)
        ours = _flood(needs, folder, _as_the_product_does)
        _report("as the product does", ours)
        _goals(ours, _latest(folder))
        _report("first come, first served", _flood(min(needs, BASELINE), folder, _a_task_each))


def _flood(needs: int, folder: Path, announce: "Callable[[list[Any]], None]") -> Flood:
    """Post so many needs and one for today, and watch until all are matched."""
    from mutualaid.celery import app
    from tests.benchmarks.city import City
    from tests.support import factories

    app.control.purge()
    with throwaway_database():
        city = City(max(OFFERS, needs), SEED)
        city.fill()
        factories.set_policy(quiet_from=time_of_day(0), quiet_until=time_of_day(0))
        with _worker(folder) as pid:
            return _watched(city, needs, pid, announce)


@contextmanager
def _worker(folder: Path) -> Iterator[int]:
    """The worker and the beat of a site, on the database of this process; gives the worker's id."""
    from django.db import connection

    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = {"DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}"}
    (folder / "begun").write_text("")
    for file in folder.glob("beat*"):
        file.unlink()
    with (
        _process([*CELERY, *worker_arguments()], **environment) as running,
        _process([*CELERY, *beat_arguments(folder)], **environment),
    ):
        until(lambda: bool((folder / "begun").read_text()))
        yield running.pid


@contextmanager
def _process(command: list[str], **environment: str) -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _watched(city: Any, needs: int, pid: int, announce: "Callable[[list[Any]], None]") -> Flood:
    from mutualaid.matching.models import NeedSearch

    flood, began = Flood(needs + 1), time.monotonic()
    posting = Thread(target=_post, args=(city, needs, announce, flood))
    posting.start()
    while time.monotonic() - began < PATIENCE:
        matched = NeedSearch.objects.count()
        flood.seen.append((time.monotonic() - began, matched, _memory(pid)))
        if matched > needs:
            break
        time.sleep(0.5)
    posting.join()
    return flood


def _post(city: Any, needs: int, announce: "Callable[[list[Any]], None]", flood: Flood) -> None:
    """Post `PER_SECOND` needs at the beginning of each second, and then the one for today."""
    from django.db import connection

    from requests_app.models import Need

    began = time.monotonic()
    for second, first in enumerate(range(0, needs, PER_SECOND)):
        time.sleep(max(0.0, began + second - time.monotonic()))
        count = min(PER_SECOND, needs - first)
        announce(list(Need.objects.filter(pk__in=city.needs(count, NOT_FOR_TODAY))))
    flood.posted = time.monotonic() - began
    flood.invited_after, flood.told_after = _ask_for_today(city, announce)
    connection.close()  # of this thread


def _ask_for_today(city: Any, announce: "Callable[[list[Any]], None]") -> tuple[float, float]:
    """Ask as the page does; returns the seconds until someone is invited, and until they are told."""
    from mutualaid.catalog.models import Category, Language, Locality
    from mutualaid.celery import without_broker
    from mutualaid.matching.models import Match
    from mutualaid.notify.models import Notification
    from tests.support import factories

    category = Category.objects.get(pk=city.leaves[0][0])
    locality, language = Locality.objects.get(pk=city.areas[0]), Language.objects.get(code="l0")
    with without_broker():
        need = factories.need(category=category, locality=locality, languages=[language], urgency=4)
    announce([need])
    began = time.monotonic()
    invited = Match.objects.filter(need=need, invited_at__isnull=False)
    sent = Notification.objects.filter(kind="need_fits", about_id__in=invited, state="sent")
    return _seconds_until(invited.exists, began), _seconds_until(sent.exists, began)


def _seconds_until(condition: Callable[[], bool], began: float) -> float:
    while not condition() and time.monotonic() - began < PATIENCE:
        time.sleep(0.05)
    return time.monotonic() - began


def _as_the_product_does(needs: list[Any]) -> None:
    from django.db import transaction

    from requests_app.models import Need
    from requests_app.signals import need_opened

    for need in needs:
        with transaction.atomic():
            need_opened.send(sender=Need, need=need)


def _a_task_each(needs: list[Any]) -> None:
    from tests.benchmarks.first_come import match_this

    for need in needs:
        match_this.delay(need.pk)


def _latest(folder: Path) -> dict[str, float]:
    """By task of beat how late it began at most, in its periods: 0 is when it was to begin."""
    from mutualaid.settings.schedule import JOBS

    begun = defaultdict[str, list[float]](list)
    for line in (folder / "begun").read_text().splitlines():
        at, name = line.split()
        begun[name].append(float(at))
    ended = max(at for times in begun.values() for at in times)
    periods = {job["task"]: job["schedule"] for job in JOBS.values()}
    return {
        name: max(later - at for at, later in pairwise([*begun[name], ended])) / period - 1
        for name, period in periods.items()
        if isinstance(period, int) and begun[name]
    }


def _memory(pid: int) -> int:
    """MB that a process holds in memory (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _report(what: str, flood: Flood) -> None:
    memory = ", ".join(f"{flood.memory(share)} MB" for share in SHARES)
    print(
        f"   {what}: {flood.needs:,} needs posted in {flood.posted:.0f} s, all matched after "
        f"{flood.seconds:.0f} s; the last, for today, invited after {flood.invited_after:.1f} s, "
        f"told after {flood.told_after:.1f} s; "
        f"worker at a quarter, half, end {memory}",
        flush=True,
    )


def _goals(flood: Flood, late: dict[str, float]) -> None:
    name = f"flood of {flood.needs:,} on PostgreSQL"
    first, *later = (flood.memory(share) for share in SHARES)
    at_most(f"{name}: for today, posted last, invited", flood.invited_after, 10, "s")
    at_most(f"{name}: all matched", flood.seconds, 300 * flood.needs / NEEDS, "s")
    task = max(late, key=late.__getitem__)
    at_most(f"{name}: latest sweep, {task}", late[task], 2, "periods")
    at_most(f"{name}: memory after a quarter, against it", max(later) / first, FLAT)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NEEDS)
