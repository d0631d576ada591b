"""`make bench-need`: from one need to its stored, explained twenty best, invitations and messages included.

Beside it, on the same rows in the same run: the plain way of the ORM, whose SQL Django writes anew for each
need; the same statements replayed raw; and a loop over all offers that only looks. Sizes: SIZES="1000
10000" in the environment; the database is the one of DATABASE_URL.
"""

import os
from collections.abc import Callable
from datetime import time
from functools import partial
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import django

from tests.benchmarks import goals
from tests.benchmarks.throwaway import throwaway_database

SIZES = [int(size) for size in os.environ.get("SIZES", "1000 10000 100000").split()]
NEEDS = int(os.environ.get("NEEDS", "200"))
SEED, WARM_UP = 1, min(60, NEEDS)
NAIVE_NEEDS = 2
MOST_FOR_NAIVE = 100_000
AROUND_THE_WORK = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


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
            goals.at_most(f"a need at {size:,} offers against {SIZES[0]:,}", spent / first, 1.2)


def _run(size: int) -> float:
    from django.db import connection

    from mutualaid.celery import without_broker
    from mutualaid.matching.models import Match
    from mutualaid.matching.outreach.match_need import match_need
    from tests.benchmarks.city import City
    from tests.benchmarks.naive import needs_looked_at_per_second
    from tests.benchmarks.spent import print_where
    from tests.support import factories

    # The same at any hour: by night hardly anyone is invited.
    factories.set_policy(quiet_from=time(0), quiet_until=time(0))
    began = perf_counter()
    city = City(size, SEED)
    city.fill()
    filled = perf_counter() - began
    where = f"{connection.vendor}, {size:,} offers"
    with without_broker():
        _times(match_need, city.needs(WARM_UP))
        city.write_statistics()
        found, found_anew, replayed = _short_lists(city.needs(NEEDS))
        whole, whole_anew = _wholes(city.needs(2 * NEEDS))
        city.write_statistics()
        counts = [_statements(pk) for pk in city.needs(NEEDS)]
        print_where(partial(match_need, pk) for pk in city.needs(NEEDS))
    kept = Match.objects.count() / (WARM_UP + 4 * NEEDS)
    print(f"{where} (filled in {filled:.0f} s), {kept:.1f} kept a need")
    print(f"   found and explained: {_summary(found)}")
    print(f"   stored, invitations and messages written too: {_summary(whole)}")
    goals.at_least(f"short list, SQL anew against kept, {where}", _ratio(found_anew, found), 6)
    goals.at_most(f"short list, kept against raw, {where}", _ratio(found, replayed), 2.5)
    goals.at_least(f"the whole, SQL anew against kept, {where}", _ratio(whole_anew, whole), 5)
    goals.at_most(f"statements at the median, {where}", median(counts), 20)
    goals.at_most(f"statements at most, {where}", max(counts), 20)
    if size <= MOST_FOR_NAIVE:
        naive = 1000 / needs_looked_at_per_second(NAIVE_NEEDS)
        print(f"   a loop that only looks: {naive:,.0f} ms; ratio {naive / median(found):,.0f}")
    return median(whole)


def _short_lists(needs: list[int]) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds for each short list: as it is, with SQL written anew, and its statements alone."""
    from mutualaid.statements import written_anew

    found, anew, replayed = [], [], []
    for pk in needs:
        find = partial(_find, pk)
        statements = _recorded(find)
        found.append(_time(find))
        replayed.append(_time(partial(_replay, statements)))
        with written_anew():
            anew.append(_time(find))
    return found, anew, replayed


def _wholes(needs: list[int]) -> tuple[list[float], list[float]]:
    """Milliseconds for each whole look, commit included: as it is, and with SQL written anew."""
    from mutualaid.matching.outreach.match_need import match_need
    from mutualaid.statements import written_anew

    kept, anew = [], []
    for one, other in zip(needs[::2], needs[1::2], strict=True):
        kept.append(_time(partial(match_need, one)))
        with written_anew():
            anew.append(_time(partial(match_need, other)))
    return kept, anew


def _find(pk: int) -> None:
    from mutualaid.matching.outreach.match_need import to_match
    from mutualaid.matching.search.ranking import best_offers
    from mutualaid.policy.current import current_policy

    (need,) = to_match().rows(need=pk)
    best_offers(need, current_policy().shortlist_size)


def _recorded(do: Callable[[], object]) -> list[tuple[str, Any]]:
    from django.db import connection

    statements: list[tuple[str, Any]] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        do()
    return statements


def _replay(statements: list[tuple[str, Any]]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.fetchall()


def _statements(pk: int) -> int:
    """How often the database is asked for one whole look; around it stand BEGIN and COMMIT."""
    from mutualaid.matching.outreach.match_need import match_need

    asked = _recorded(partial(match_need, pk))
    return sum(not sql.startswith(AROUND_THE_WORK) for sql, _ in asked)


def _times(function: Callable[[int], object], needs: list[int]) -> list[float]:
    return [_time(partial(function, pk)) for pk in needs]


def _time(do: Callable[[], object]) -> float:
    """Milliseconds."""
    began = perf_counter()
    do()
    return 1000 * (perf_counter() - began)


def _ratio(many: list[float], few: list[float]) -> float:
    return median(many) / median(few)


def _summary(spent: list[float]) -> str:
    p95 = quantiles(spent, n=20)[-1]
    return f"p50 {median(spent):.1f} ms, p95 {p95:.1f} ms, most {max(spent):.1f} ms"


if __name__ == "__main__":
    main()
