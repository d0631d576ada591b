"""A restore of a large neighbourhood: `python -m tests.benchmarks.bench_restore`. Goal R15: five minutes.

Made up are so many people (`PEOPLE`), each with a need of theirs; the backup is sealed, and then restored
as by hand: opened, loaded, counted, brought up to date, erased again, put in its place.
"""

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django

from tests.benchmarks.throwaway import throwaway_database

PEOPLE = int(os.environ.get("PEOPLE", "50000"))
GOAL_SECONDS = 300
AT_ONCE = 2_000


def main() -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        with throwaway_database():
            _fill()
            _measure(Path(name))


def _fill() -> None:
    """The rows are written as they are, with everything sealed that is sealed."""
    from mutualaid.people.models import User
    from requests_app.actions.sending import open_until
    from requests_app.models import Ask, AskContact, Need
    from tests.support import factories

    kind, area = factories.category("groceries"), factories.locality("riverside")
    people = User.objects.bulk_create(
        [User(email=f"{n}@people.example", name=f"Person {n}") for n in range(PEOPLE)], AT_ONCE
    )
    asks = Ask.objects.bulk_create([Ask(account=person) for person in people], AT_ONCE)
    AskContact.objects.bulk_create(
        [
            AskContact(ask=ask, name=f"Person {n}", phone=f"+1212555{n:04}")
            for n, ask in enumerate(asks)
        ],
        AT_ONCE,
    )
    until = open_until(kind)
    needs: list[Any] = [
        Need(ask=ask, category=kind, locality=area, state="open", open_until=until) for ask in asks
    ]
    Need.objects.bulk_create(needs, AT_ONCE)


def _measure(folder: Path) -> None:
    from django.db import connection
    from pyrage import x25519

    from mutualaid.backups import identity
    from mutualaid.backups.backup import back_up
    from mutualaid.backups.draft import disconnect
    from mutualaid.backups.restore import Allowed, restore
    from mutualaid.backups.sealing import Keys, Lock

    key = x25519.Identity.generate()
    identity.keep()
    began = time.monotonic()
    file = back_up(folder / "backups", Lock(recipients=[str(key.to_public())]))
    backed_up = time.monotonic() - began
    size = file.stat().st_size / 1e6
    print(f"{connection.vendor}: {PEOPLE} people, backup {backed_up:.1f} s, {size:.1f} MB")
    disconnect()  # as a command that has just begun: a restore waits for who else is connected
    began = time.monotonic()
    done = restore(file, Keys(identities=[str(key)]), Allowed(over=True))
    took = time.monotonic() - began
    for step, seconds in done.seconds.items():
        print(f"  {step:<20}{seconds:8.1f} s")
    reached = "reached" if took <= GOAL_SECONDS else "MISSED"
    print(f"  all {done.rows} rows{took:15.1f} s, goal {GOAL_SECONDS} s: {reached}")


if __name__ == "__main__":
    main()
