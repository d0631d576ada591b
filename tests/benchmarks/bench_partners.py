"""How soon a partner that was away has everything, and whom one that hangs holds up: `make bench-partners`.

Beside the bare posts of the same bytes in the same run: what is over that is the database and the signing.
The partner stands on this machine. With its limit of 60 messages a minute the clock of that limit, and of our
sweeps, runs ten times as fast.
"""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from threading import Event, Lock
from time import monotonic, perf_counter, sleep
from typing import Any
from unittest.mock import patch

import django

from tests.benchmarks.throwaway import throwaway_database

MESSAGES, LIMITED = 1_000, 600
WITHIN_MINUTES, DELAY_SECONDS = 10, 5
FASTER = 10
"""So many times as fast as the clock runs where a limit by the minute is measured."""


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    with TemporaryDirectory(prefix="mutualaid-bench-") as folder:
        os.environ |= {
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "mutualaid.settings",
            "PARTNERS_ON_LOOPBACK": "1",
        }
        django.setup()
        with throwaway_database():
            from django.db import connection

            print(f"== partners, on {connection.vendor}")
            _measure_return(messages)
            _measure_limit(min(LIMITED, messages))
            for threads in (8, 1):
                _measure_hanging(threads)


def _measure_return(count: int) -> None:
    from mutualaid.partners.models import OutgoingMessage
    from tests.support import partners
    from tests.support.partner_inbox import Inbox, inbox_of

    crown = partners.other_site().partner
    with inbox_of(crown, Inbox()) as inbox:
        bodies = _waiting(crown, count)
        bare = _seconds(lambda: [_bare_post(crown.site, body) for body in bodies])
        inbox.asked.clear()
        with _worker(threads=2) as drained:
            took = _seconds(lambda: drained(lambda: not _waits(crown)))
        ids = [
            str(one)
            for one in OutgoingMessage.objects.order_by("pk").values_list("message_id", flat=True)
        ]
        assert inbox.ids == ids, "in order, each once"
    print(
        f"   {count:,} that waited three days are there after {took:.0f} s of {WITHIN_MINUTES * 60} s,"
        f" {took / bare:.1f} × the bare posts ({bare:.1f} s)"
    )


def _measure_limit(count: int) -> None:
    from mutualaid.partners.inbox.receiving import MOST_IN_A_MINUTE
    from tests.support import partners
    from tests.support.gateway import Asked
    from tests.support.partner_inbox import Inbox, inbox_of

    class Limited(Inbox):
        """Takes no more than the inbox of our own site takes, of a minute that is shorter."""

        def __init__(self) -> None:
            super().__init__()
            self.taken: list[float] = []
            self.lock = Lock()

        def answer_to(self, asked: Asked) -> Inbox:
            said, now = Inbox(), monotonic()
            with self.lock:
                self.taken = [at for at in self.taken if at > now - 60 / FASTER]
                if len(self.taken) < MOST_IN_A_MINUTE:
                    self.taken.append(now)
                else:
                    said.status, said.retry_after = 429, "1"
            return said

    crown = partners.other_site().partner
    with inbox_of(crown, Limited()), _worker(threads=2, sweeps_each=10 / FASTER) as drained:
        _waiting(crown, count)
        took = _seconds(lambda: drained(lambda: not _waits(crown))) * FASTER
    print(
        f"   {count:,} through the limit of {MOST_IN_A_MINUTE} a minute: after {took / 60:.1f} of"
        f" {WITHIN_MINUTES} minutes; the limit alone takes {count / MOST_IN_A_MINUTE - 1:.0f}"
    )


def _measure_hanging(threads: int) -> None:
    """Of many tries the longest; all are swept together, who hangs first."""
    delays = {hang: max(_delay(threads, hang) for _ in range(3)) for hang in (False, True)}
    alone, beside = delays[False], delays[True]
    print(
        f"   threads of a worker: {threads}; a message is there after {alone:.2f} s, beside a partner that"
        f" hangs {beside:.2f} s, {beside / alone:.0f} ×; {beside - alone:.2f} s of {DELAY_SECONDS} s later"
    )


def _delay(threads: int, hang: bool) -> float:
    from mutualaid.partners.models import OutgoingMessage, Partner
    from tests.support import partners
    from tests.support.partner_inbox import Inbox, inbox_of, moved_to, written

    OutgoingMessage.objects.all().delete()
    Partner.objects.all().delete()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        if hang:
            hangs = partners.other_site().partner
            moved_to(hangs, f"http://127.0.0.1:{silent.getsockname()[1]}")
            written(hangs)
        crown = partners.other_site().partner
        with inbox_of(crown, Inbox()):
            written(crown)
            with _worker(threads) as drained:
                return _seconds(lambda: drained(lambda: not _waits(crown)))


@contextmanager
def _worker(
    threads: int, sweeps_each: float = 10.0
) -> Iterator[Callable[[Callable[[], bool]], None]]:
    """A worker with so many threads, and its clock; what is yielded waits until something is so."""
    from django.db import connection

    from mutualaid.partners import tasks

    ended = Event()

    def run(task: Any, *ids: int) -> None:
        try:
            task.run(*ids)
        finally:
            connection.close()

    def submit(task: Any, *ids: int) -> None:
        if not ended.is_set():
            pool.submit(run, task, *ids)

    def wait(is_so: Callable[[], bool]) -> None:
        due = 0.0
        while not is_so():
            if monotonic() >= due:
                due = monotonic() + sweeps_each
                submit(tasks.sweep)
            sleep(0.01)

    with ThreadPoolExecutor(threads) as pool, patch.object(tasks, "enqueue_on_commit", submit):
        yield wait
        ended.set()


def _waiting(partner: Any, count: int) -> list[bytes]:
    from django.db import transaction

    from mutualaid.celery import without_broker
    from mutualaid.partners.outbox import send
    from tests.support import partners

    with without_broker(), transaction.atomic():
        return [send(partner, partners.an_ask()).body.encode() for _ in range(count)]


def _waits(partner: Any) -> bool:
    from mutualaid.partners.models import OutgoingMessage

    return OutgoingMessage.objects.filter(partner=partner, state="waiting").exists()


def _bare_post(site: str, body: bytes) -> None:
    from mutualaid.boundary.outbound import partner_endpoint, post

    post(partner_endpoint(site + "/"), body, {"Content-Type": "application/json"})


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    main()
