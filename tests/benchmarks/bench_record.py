"""Seal 100,000 entries and check them: `make bench-record`.

Beside the hashing alone, of the same entries in the same run: what is over that is the database.
"""

import os
import sys
from collections.abc import Callable
from tempfile import TemporaryDirectory
from time import perf_counter

import django

from tests.benchmarks.throwaway import throwaway_database

ENTRIES = 100_000
SEAL_WITHIN, CHECK_WITHIN = 10, 15
"""Seconds (issue 16)."""


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with TemporaryDirectory(prefix="mutualaid-bench-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        with throwaway_database():
            _measure(entries)


def _measure(count: int) -> None:
    from django.db import connection

    from mutualaid.record import seals
    from mutualaid.record.checking import check_record
    from mutualaid.record.models import RecordEntry
    from mutualaid.record.sealing import hashed_entry
    from tests.support import factories, recorded

    factories.set_policy(has_record=True)
    hashes = {"by": "a" * 64}
    RecordEntry.objects.bulk_create(
        (
            RecordEntry(
                kind=recorded.THING.name,
                facts={"n": n, "amount": 1250, "month": "2026-11-01"},
                people=hashes,
            )
            for n in range(count)
        ),
        batch_size=5_000,
    )
    rows = list(RecordEntry.objects.order_by("id"))
    plain = _seconds(
        lambda: seals.root([seals.leaf(hashed_entry(row, n)) for n, row in enumerate(rows, 1)])
    )
    print(f"== {count:,} entries on {connection.vendor}, the hashing alone {plain:.1f} s")
    for name, within, work in (
        ("sealed", SEAL_WITHIN, recorded.seal),
        ("checked", CHECK_WITHIN, check_record),
    ):
        took = _seconds(work)
        print(f"   {name:8} {took:5.1f} s of {within} s, {took / plain:4.1f} × the hashing")
    assert check_record().number == count


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    main()
