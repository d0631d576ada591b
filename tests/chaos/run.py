"""Everything fails, and no message is lost: `python -m tests.chaos.run WHAT DATABASE`.

Exits with 1 where a promise was not kept. What happened when is kept in a file.
"""

import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path

from tests.chaos import servers
from tests.chaos.history import History
from tests.chaos.mail_server import MailServer
from tests.chaos.table import Row, count, show
from tests.chaos.timetables import (
    LONG,
    SHORT,
    VISITS_LONG,
    VISITS_SHORT,
    WAYS_LONG,
    WAYS_SHORT,
    Timetable,
)
from tests.chaos.visits.mail import MoodyMailServer

PACE = 0.02
"""Seconds the mail server takes for a mail, so that a killed worker is often in the middle of one."""
STORMS = {"storm": LONG, "short-storm": SHORT}
WAYS = {"ways": WAYS_LONG, "short-ways": WAYS_SHORT}
"""The storm's second mood: mails that bounce, stale devices, a gateway that lies."""
VISITS = {"visits": VISITS_LONG, "short-visits": VISITS_SHORT}
"""Neighbours and volunteers on pages, while all that serves them is killed, hangs, or lies."""


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*STORMS, *WAYS, *VISITS, "calm", "bad-addresses"])
    parser.add_argument("database", choices=["sqlite", "postgres"])
    parser.add_argument("--rows", type=int, default=10_000, help="of the calm")
    parser.add_argument("--history", type=Path, default=Path("var/chaos"))
    arguments = parser.parse_args()
    name = f"{arguments.what}-{arguments.database}-{time.strftime('%Y%m%d-%H%M%S')}.jsonl"
    history = History(arguments.history / name)
    pace = 0.0 if arguments.what == "calm" else PACE
    kind = MoodyMailServer if arguments.what in VISITS else MailServer
    mail = kind(history, pace=pace)
    os.environ |= dict.fromkeys(("QUIET_FROM", "QUIET_UNTIL"), "00:00")  # no one waits for morning
    with servers.running(arguments.database, history, mail=mail) as world:
        from tests.chaos import bad_addresses, calm  # Django is set up by now

        if arguments.what == "calm":
            broken = calm.run(world, arguments.rows)
        elif arguments.what == "bad-addresses":
            broken = bad_addresses.run(world)
        elif arguments.what in WAYS:
            broken = _ways(world, WAYS[arguments.what])
        elif isinstance(mail, MoodyMailServer):
            broken = _visits(world, mail, VISITS[arguments.what])
        else:
            broken = _storm(world, STORMS[arguments.what])
    print(f"What happened when: {history.path}")
    for promise in broken:
        print(f"NOT KEPT: {promise}", file=sys.stderr)
    return 1 if broken else 0


def _storm(world: servers.World, timetable: Timetable) -> list[str]:
    from tests.chaos.storm import Storm, arrived, due

    storm = Storm(world, timetable)
    storm.run()
    copies, posted = world.mail.copies, storm.posted_at
    ours = {need: posted.get(need, storm.last_fault) for need in due()}
    rows = [count("row is the queue", ours, arrived(world), last_fault=storm.last_fault)]
    for way in timetable.beside:
        theirs = {f"<{pk}.{way}@mutualaid.example>": at for pk, at in posted.items()}
        rows.append(count(f"on commit, {way}", theirs, copies, last_fault=storm.last_fault))
    show(rows)
    return _not_kept(rows[0], timetable)


def _ways(world: servers.World, timetable: Timetable) -> list[str]:
    from tests.chaos.ways import table
    from tests.chaos.ways.storm import WaysStorm

    storm = WaysStorm(world, timetable)
    storm.run()
    rows = table.count(storm.people, table.Arrived(world))
    table.show(rows, storm.answers())
    return table.not_kept(rows, storm.answers(), most_copies=timetable.most_extra)


def _visits(world: servers.World, mail: MoodyMailServer, timetable: Timetable) -> list[str]:
    from tests.chaos.visits import promises
    from tests.chaos.visits.storm import VisitsStorm

    storm = VisitsStorm(world, timetable)
    storm.run()
    outcome = storm.outcome(mail)
    promises.show(outcome)
    return promises.not_kept(outcome)


def _not_kept(ours: Row, bars: Timetable) -> list[str]:
    kept = {
        "no message is lost": ours.due and not ours.lost,
        f"extra copies are at most {bars.most_extra} %": ours.extra <= bars.most_extra,
        f"95 of 100 come within {bars.longest_wait:.0f} s": ours.p95 <= bars.longest_wait,
    }
    return [promise for promise, is_kept in kept.items() if not is_kept]


if __name__ == "__main__":
    sys.exit(main())
