"""`make bench-surge`: 200 people ask while 500 needs are matched by a worker with two threads.

The same while the whole backlog is solved again and again, while asks are erased, and while what is due is
swept. Beside it the same asks with no one at work, and with a worker that ranks inside its write transaction,
as the plainest way does: on SQLite everyone waits for it.

`python -m tests.benchmarks.bench_surge [ASKS]`, 200 unless named.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.synchronize import Event
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

import django

from tests.benchmarks.goals import at_most
from tests.benchmarks.throwaway import throwaway_database

if TYPE_CHECKING:
    from tests.benchmarks.city import City

OFFERS = int(os.environ.get("OFFERS", "2000"))
ASKS, MATCHES_AN_ASK, SECONDS_APART, THREADS, SEED = 200, 2.5, 0.1, 2, 1
MOST_MS = 300
"""For 95 of 100 asks, whatever is at work beside them."""
MOST_SECONDS = 90
"""After which no more asks are made: where they wait for each other, that is measured by then."""


def main(asks: int) -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as folder:
        os.environ |= {
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "mutualaid.settings",
            "EMAIL_URL": "dummy://",
        }
        django.setup()
        with throwaway_database():
            _measure(asks)


def _measure(asks: int) -> None:
    from django.db import connection

    from tests.benchmarks.city import City

    city = City(OFFERS, SEED)
    city.fill()
    matches = int(MATCHES_AN_ASK * asks)
    print(f"== {asks} asks beside {matches} matches, {OFFERS:,} offers, {connection.vendor}")
    alone = _report("no one is at work", _asks(asks))
    for name, (prepare, work) in WAYS.items():
        prepare(city, matches)
        p95 = _report(name, _beside(work, asks))
        print(f"      p95 is {p95 / alone:.1f} times that of the asks alone")
        if name != PLAINEST:
            at_most(f"p95 of asks beside: {name}, {connection.vendor}", p95, MOST_MS, "ms")


def _beside(work: "Callable[[], bool]", asks: int) -> list[float]:
    """Ask while a process of its own is at work; stop it once all have asked."""
    from django.db import connection

    context = multiprocessing.get_context("spawn")
    begun, over = context.Event(), context.Event()
    name = connection.settings_dict["NAME"]
    worker = context.Process(target=_match, args=(name, work, begun, over))
    worker.start()
    begun.wait()
    times = _asks(asks)
    over.set()
    worker.join()
    return times


def _asks(asks: int) -> list[float]:
    """Return the milliseconds that each ask took to be written."""
    from django.db import OperationalError

    from mutualaid.celery import without_broker
    from tests.support import factories

    times, began = [], time.monotonic()
    with without_broker():
        for number in range(asks):
            time.sleep(max(0.0, began + number * SECONDS_APART - time.monotonic()))
            if time.monotonic() - began > MOST_SECONDS:
                break
            start = time.perf_counter()
            with suppress(OperationalError):  # SQLite gave up after 20 s, which counts
                factories.ask()
            times.append(1000 * (time.perf_counter() - start))
    return times


def _match(name: str, work: "Callable[[], bool]", begun: Event, over: Event) -> None:
    django.setup()
    from django.db import OperationalError, connections

    from mutualaid.celery import without_broker

    connections.settings["default"]["NAME"] = name

    def until_told() -> None:
        with without_broker():
            begun.set()
            while not over.is_set():
                with suppress(OperationalError):
                    if not work():
                        return

    threads = [Thread(target=until_told) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _needs_are_due(city: "City", matches: int) -> None:
    city.needs(matches)


def _asks_are_old(_city: "City", _matches: int) -> None:
    """Let all that was asked so far be erased by now."""
    from datetime import timedelta

    from django.db.models.functions import Now

    from mutualaid.policy.current import current_policy
    from requests_app.models import Need

    old = Now() - timedelta(days=current_policy().erase_days + 1)
    Need.objects.update(state="closed", close_reason="expired", closed_at=old)


def _as_the_product_does() -> bool:
    from mutualaid.matching.outreach.match_need import match_most_urgent

    return bool(match_most_urgent())


def _solve_the_backlog() -> bool:
    from mutualaid.matching.backlog.run import run_backlog

    run_backlog(cold=True)
    return True


def _sweep() -> bool:
    from mutualaid.matching import tasks as matching
    from mutualaid.notify import tasks as messages
    from requests_app import tasks as needs

    for task in (needs.sweep, messages.sweep, messages.tidy_calls, matching.sweep):
        task()
    return True


def _erase() -> bool:
    from mutualaid.retention.sweep import erase_what_is_due

    return sum(erase_what_is_due()) > 0


def _inside_a_transaction() -> bool:
    from django.db import transaction

    from mutualaid.matching.outreach.match_need import match_need
    from requests_app.models import Need

    due = Need.objects.due_for_matching().values_list("pk", flat=True)[:8]
    for pk in list(due):
        with transaction.atomic():
            match_need(pk)
    return bool(due)


def _report(what: str, times: list[float]) -> float:
    ordered = sorted(times)
    p50, p95 = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.95))
    print(
        f"   {what:36} {len(times):3} asks, p50 {p50:5.0f} ms, p95 {p95:5.0f} ms,"
        f" most {ordered[-1]:5.0f} ms"
    )
    return p95


PLAINEST = "ranked in the write transaction"
WAYS = {
    "needs that are matched": (_needs_are_due, _as_the_product_does),
    "the whole backlog, again and again": (_needs_are_due, _solve_the_backlog),
    "all sweeps, again and again": (_needs_are_due, _sweep),
    "old asks that are erased": (_asks_are_old, _erase),
    PLAINEST: (_needs_are_due, _inside_a_transaction),
}
"""What is made ready first, and the work of the process beside."""

if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ASKS)
