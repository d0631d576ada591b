"""What a throw-away account collects in a day and in a week, by join policy: `make bench-harvest`.

Sixty neighbours ask for groceries. The attack goes through the site's own pages; its clock is moved.
"""

import os
from datetime import timedelta
from tempfile import TemporaryDirectory

import django
from django.utils import timezone

from tests.benchmarks.throwaway import throwaway_database

NEIGHBOURS, DAYS, ROUNDS_A_DAY = 60, 7, 1
ACCOUNTS = (1, 3)
POLICIES = ("open", "begin_small", "meet_first")


def main() -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as folder:
        os.environ |= {
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "DEBUG": "1",  # pages without collected static files
            "DJANGO_SETTINGS_MODULE": "mutualaid.settings",
            "QUIET_FROM": "00:00",
            "QUIET_UNTIL": "00:00",
        }
        django.setup()
        print(
            f"== {NEIGHBOURS} neighbours ask; what {DAYS} days bring to someone who only collects"
        )
        print(
            f"   {'':12}{'accounts':>9}{'after':>8}{'names before a yes':>20}{'names':>7}{'addresses':>11}"
            f"{'phones':>8}"
        )
        for policy in POLICIES:
            for accounts in ACCOUNTS:
                with throwaway_database():
                    _attack(policy, accounts)


def _attack(policy: str, accounts: int) -> None:
    from django.conf import settings

    from mutualaid.celery import without_broker
    from mutualaid.policy.models import Policy
    from mutualaid.simulation.clock import moved_clock
    from mutualaid.singleton import reading
    from tests.benchmarks.harvest import harvest, neighbours
    from tests.support import factories

    settings.ALLOWED_HOSTS = ["*"]
    start = timezone.now()
    with moved_clock(start) as clock, without_broker():
        factories.set_policy(joining=policy)
        reading.forget(Policy)
        neighbours(NEIGHBOURS)
        a_round = timedelta(hours=24 / ROUNDS_A_DAY)
        days = harvest(accounts, DAYS, lambda: clock.shift(a_round), rounds_a_day=ROUNDS_A_DAY)
        for day, loot in enumerate(days, start=1):
            if day in (1, DAYS):
                before, names, addresses, phones = loot.counts()
                print(
                    f"   {policy:12}{accounts:9}{day:6} d{before:20}{names:7}{addresses:11}{phones:8}"
                )


if __name__ == "__main__":
    main()
