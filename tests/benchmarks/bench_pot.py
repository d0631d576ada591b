"""Sixteen processes at one pot: `make bench-pot`.

5,760 tries to say yes, to pay and to change, at 40 expenses of a pot that covers 25 of the smaller ones, by
6 approvers, who asked for a third of them. What must be 0 is counted from the record of each step.
"""

import os
from tempfile import TemporaryDirectory

import django

from tests.benchmarks.throwaway import throwaway_database

EXPENSES, COVERS, APPROVERS, TRIES_EACH, PROCESSES = 40, 25, 6, 144, 16


def main() -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        with throwaway_database():
            _race()


def _race() -> None:
    from django.db import connection

    from mutualaid.celery import without_broker
    from mutualaid.fund.models import Pot
    from tests.benchmarks.pot_tries import a_pot_for, harm_done
    from tests.benchmarks.racing import POT, race, tries_for

    with without_broker():
        pot_id, expenses, approvers = a_pot_for(EXPENSES, COVERS, APPROVERS)
    tries = tries_for(expenses, approvers, TRIES_EACH)
    print(f"== {len(tries):,} tries by {PROCESSES} processes on {connection.vendor}")
    outcome = race(POT, tries, processes=PROCESSES, limit=0)
    pot = Pot.objects.get(pk=pot_id)
    print(f"   {dict(outcome.results)}; left {pot.balance}, promised {pot.promised}")
    print(f"   {harm_done(pot_id)}")
    print(
        f"   p50 {outcome.within(0.5):.0f} ms, p99 {outcome.within(0.99):.0f} ms,"
        f" {len(tries) / outcome.seconds:,.0f} a second"
    )


if __name__ == "__main__":
    main()
