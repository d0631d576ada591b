"""`make bench-need`: from one need to its stored, explained twenty best, invitations and messages included.

Beside it the plainest way to do less: a loop over all offers that only looks, on the same rows in the
same run. Sizes: SIZES="1000 10000" in the environment; the database is the one of DATABASE_URL.
"""

import os
from collections.abc import Callable
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import django

from tests.benchmarks.throwaway import throwaway_database

SIZES = [int(size) for size in os.environ.get("SIZES", "1000 10000 100000").split()]
SEED, NEEDS, WARM_UP = 1, 200, 20
NAIVE_NEEDS = 2
MOST_FOR_NAIVE = 100_000


def main() -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        print(f"== one need → its twenty best, stored with reasons, a few invited; seed {SEED}")
        first = None
        for size in SIZES:
            with throwaway_database():
                spent = _run(size)
            first = first or spent
            print(f"   p50 is {spent / first:.2f} times that of {SIZES[0]:,} offers")


def _run(size: int) -> float:
    from django.db import connection

    from mutualaid.celery import without_broker
    from mutualaid.matching.models import Match
    from mutualaid.matching.outreach.match_need import match_need
    from tests.benchmarks.city import City
    from tests.benchmarks.naive import needs_looked_at_per_second

    began = perf_counter()
    city = City(size, SEED)
    city.fill()
    filled = perf_counter() - began
    with without_broker():
        _times(match_need, city.needs(WARM_UP))
        stored = _times(_store, city.needs(NEEDS))
        invited = _times(match_need, city.needs(NEEDS))
    kept = Match.objects.count() / (2 * NEEDS + WARM_UP)
    print(
        f"{connection.vendor}, {size:,} offers (filled in {filled:.0f} s), {kept:.1f} kept a need"
    )
    print(f"   found and stored with reasons: {_summary(stored)}")
    print(f"   the same, and invitations and messages written: {_summary(invited)}")
    if size <= MOST_FOR_NAIVE:
        naive = 1000 / needs_looked_at_per_second(NAIVE_NEEDS)
        print(f"   a loop that only looks: {naive:,.0f} ms; ratio {naive / median(stored):,.0f}")
    return median(stored)


def _store(pk: int) -> None:
    from django.db import transaction

    from mutualaid.matching.outreach.match_need import renew_shortlist
    from mutualaid.matching.search.ranking import best_offers
    from mutualaid.policy.current import current_policy
    from requests_app.models import Need

    need = Need.objects.select_related("category", "locality", "ask").get(pk=pk)
    best = best_offers(need, current_policy().shortlist_size)
    with transaction.atomic():
        renew_shortlist(need, best)


def _times(function: Callable[[int], object], needs: list[int]) -> list[float]:
    """Return the milliseconds for each need, commit included."""
    spent = []
    for pk in needs:
        began = perf_counter()
        function(pk)
        spent.append(1000 * (perf_counter() - began))
    return spent


def _summary(spent: list[float]) -> str:
    p95 = quantiles(spent, n=20)[-1]
    return f"p50 {median(spent):.1f} ms, p95 {p95:.1f} ms, most {max(spent):.1f} ms"


if __name__ == "__main__":
    main()
