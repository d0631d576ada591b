"""Sixteen processes claim at once: `make bench-claims`.

5,760 tries for 360 needs, which want one, two or three helpers, by 72 volunteers with a limit of four
a week. The product's way stands beside the plainest one, on the same tries in the same run.
"""

import os
from tempfile import TemporaryDirectory

import django

from tests.benchmarks.throwaway import throwaway_database

NEEDS, PEOPLE, TRIES_EACH, LIMIT, PROCESSES = 360, 72, 16, 4, 16


def main() -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        with throwaway_database():
            _race()


def _race() -> None:
    from django.db import connection

    from mutualaid.celery import without_broker
    from tests.benchmarks.racing import (
        CHECK_THEN_INSERT,
        PLACES,
        over,
        plain_table,
        race,
        tries_for,
    )
    from tests.support import factories

    with without_broker():
        people = [factories.person().pk for _ in range(PEOPLE)]
        needs = [factories.need(helpers_wanted=1 + n % 3).pk for n in range(NEEDS)]
    tries = tries_for(needs, people, TRIES_EACH)
    print(f"== {len(tries):,} tries by {PROCESSES} processes on {connection.vendor}")
    print(
        f"   {'':18}{'won':>6}{'needs over':>12}{'people over':>13}{'p50':>9}{'p99':>10}{'a second':>10}"
    )
    with plain_table():
        for way in (CHECK_THEN_INSERT, PLACES):
            outcome = race(way, tries, processes=PROCESSES, limit=LIMIT)
            full_needs, full_weeks = over(way, LIMIT)
            print(
                f"   {way:18}{outcome.results['won']:6}{full_needs:12}{full_weeks:13}"
                f"{outcome.within(0.5):6.0f} ms{outcome.within(0.99):7.0f} ms"
                f"{len(tries) / outcome.seconds:10,.0f}"
            )


if __name__ == "__main__":
    main()
