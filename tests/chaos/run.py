"""Everything fails, and no message is lost: `python -m tests.chaos.run [--short] [sqlite|postgres]`.

Prints what became of each message in our way and in two plainer ones on the same timetable, and
keeps the history of the run. Ends with 1 where a promise was not kept.
"""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path

from tests.chaos import servers
from tests.chaos.history import History
from tests.chaos.table import Row, reckon, show
from tests.chaos.timetables import LONG, SHORT, Timetable

MOST_EXTRA = 2.0
"""Percent."""
LONGEST_WAIT = 30.0
"""Seconds after the last fault, for 95 of 100."""
PACE = 0.02
"""Seconds the mail server takes for a letter, so that a killed worker is often in the middle of one."""


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("database", choices=["sqlite", "postgres"], default="postgres", nargs="?")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--history", type=Path, default=Path("var/chaos"))
    given = parser.parse_args()
    history = History(given.history / f"{given.database}-{time.strftime('%Y%m%d-%H%M%S')}.jsonl")
    with servers.running(given.database, history, pace=PACE) as world:
        rows = _play(world, SHORT if given.short else LONG)
    show(rows)
    print(f"\nWhat happened when: {history.path}")
    return _judge(rows[0])


def _play(world: servers.World, timetable: Timetable) -> list[Row]:
    from mutualaid.notify.models import Notification
    from tests.chaos.storm import WAYS, Storm

    storm = Storm(world, timetable)
    storm.run()
    copies = world.mail.copies
    messages = Notification.objects.filter(kind="need_received")
    ids = dict(messages.values_list("message_id", "about_id"))
    due = {key: storm.posted_at.get(need, storm.last_fault) for key, need in ids.items()}
    rows = [reckon("row is the queue", due, copies, last_fault=storm.last_fault)]
    for way in WAYS:
        due = {f"<{pk}.{way}@mutualaid.example>": at for pk, at in storm.posted_at.items()}
        rows.append(reckon(f"on commit, {way}", due, copies, last_fault=storm.last_fault))
    return rows


def _judge(ours: Row) -> int:
    broken = [
        promise
        for promise, kept in (
            ("no message is lost", ours.due and not ours.lost),
            (f"extra copies are at most {MOST_EXTRA} %", ours.extra <= MOST_EXTRA),
            (f"95 of 100 come within {LONGEST_WAIT:.0f} s", ours.p95 <= LONGEST_WAIT),
        )
        if not kept
    ]
    for promise in broken:
        print(f"NOT KEPT: {promise}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
