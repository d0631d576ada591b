"""From a posted need to its message at the mail server: `make bench-mail`.

The site really runs: on SQLite with the embedded broker, on PostgreSQL with a Redis beside it. The
baseline is a mail sent inside the request, which no one could rely on and nothing can undercut.
"""

import sys
import time
from pathlib import Path
from statistics import quantiles

from tests.chaos import servers
from tests.chaos.history import History

NEEDS, PER_SECOND = 200, 5


def main(database: str) -> None:
    history = History(Path("var/chaos") / f"bench-{database}.jsonl")
    with servers.running(database, history) as world:
        _report(f"== need posted → message at the mail server, {database}", _ours(world))
        _report("   sent inside the request", _inside(world))


def _ours(world: servers.World) -> list[float]:
    from django.db import connection

    from mutualaid.notify.models import Attempt
    from requests_app.actions import ContactDetails
    from tests.support import factories

    due: dict[int, float] = {}
    began = time.monotonic()
    for number in range(NEEDS):
        time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
        at = world.history.now()
        details = ContactDetails(name="Ana", email=f"need-{number}@people.example")
        due[factories.need(contact=details).pk] = at
        connection.close()  # as a request does
    while len(world.mail.copies) < NEEDS:
        time.sleep(0.1)
    ids = dict(Attempt.objects.values_list("notification__about_id", "message_id"))
    return [world.mail.copies[ids[need]][0] - at for need, at in due.items()]


def _inside(world: servers.World) -> list[float]:
    from django.core.mail import EmailMessage

    times = []
    for number in range(NEEDS):
        began = time.perf_counter()
        EmailMessage("Subject", "Words", to=[f"inside-{number}@people.example"]).send()
        times.append(time.perf_counter() - began)
    return times


def _report(what: str, times: list[float]) -> None:
    cut = quantiles(times, n=20, method="inclusive")
    print(f"{what}: p50 {1000 * cut[9]:.0f} ms, p95 {1000 * cut[18]:.0f} ms, of {len(times)}")


if __name__ == "__main__":
    main(sys.argv[1])
