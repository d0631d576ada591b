"""Mail servers that hang, refuse, hang up and lie, and everyone else's messages beside them."""

import time
from collections.abc import Callable

from django.db import connection

from mutualaid.notify.models import Notification
from requests_app.actions import ContactDetails
from requests_app.models import Need
from tests.chaos.mail_server import DROPS, HANGS, LIES
from tests.chaos.servers import World
from tests.chaos.storm import arrived
from tests.support import factories

BAD = {"busy.example": 2, "gone.example": 2, DROPS: 2, HANGS: 3, LIES: 1}
"""How many messages go to each."""
OTHERS = 30
LONGEST_DELAY = 5.0
"""Seconds."""
PATIENCE = 60.0
State = Notification.State


def run(world: World) -> list[str]:
    """Send to the bad servers first, then to the others; return the promises not kept."""
    bad = {domain: [_post(domain) for _ in range(count)] for domain, count in BAD.items()}
    began = world.history.now()
    due = {_post("people.example").about_id: world.history.now() for _ in range(OTHERS)}
    _until(lambda: due.keys() <= arrived(world).keys())
    _until(lambda: all(row.error for domain in BAD for row in _now(bad[domain])))
    copies = arrived(world)
    delays = [copies[need][0] - at for need, at in due.items() if need in copies]
    print(f"{len(delays)} others came within {max(delays):.2f} s of their post", end=" ")
    print(f"on {connection.vendor}, beside {sum(BAD.values())} that could not ({began:.0f} s)")
    for domain, rows in bad.items():
        for row in _now(rows):
            print(f"  {domain:<16}{row.state:<10}{row.tries:>2} tries  {row.error}")
    kept = {
        "everyone else has mail": len(delays) == OTHERS,
        f"no one else waits longer than {LONGEST_DELAY:.0f} s": max(delays) <= LONGEST_DELAY,
        "a refusal for good is given up at once": all(
            (row.state, row.tries) == (State.FAILED, 1) for row in _now(bad["gone.example"])
        ),
        "the others are tried again": all(
            row.state == State.WAITING for row in _now(bad["busy.example"] + bad[HANGS])
        ),
    }
    return [promise for promise, is_kept in kept.items() if not is_kept]


def _post(domain: str) -> Notification:
    address = f"need-{time.monotonic_ns()}@{domain}"
    need: Need = factories.need(contact=ContactDetails(name="Ana", email=address))
    return Notification.objects.get(kind="need_received", about_id=need.pk)


def _now(rows: list[Notification]) -> list[Notification]:
    return list(Notification.objects.filter(pk__in=[row.pk for row in rows]))


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
