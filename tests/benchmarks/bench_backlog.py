"""The whole backlog, refereed: `python -m tests.benchmarks.bench_backlog [--needs N] [--offers M]`.

One process, one instance, its seed printed. Side by side: the product's own way (`run_backlog`,
through models and database), a frozen naive matcher, and OR-tools' exact flows on pairs that the
referee found by itself. The referee refuses what breaks a rule or is better than can be. Goals are
ratios within this one process, and memory.
"""

import os
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from datetime import UTC, datetime
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import django
import numpy as np

from tests.benchmarks.goals import at_least, at_most
from tests.benchmarks.meters import parts, peak_memory
from tests.benchmarks.throwaway import throwaway_database

CHANGED = 0.02
"""The share of needs that come and go before the warm run."""

MOST_FOR_EXACT = 20_000
"""Needs up to which OR-tools is asked unless told otherwise: at 100,000 we did not see it end."""

MOST_MB = 1_200
MOST_GAP = 0.002
LEAST_VALUE = 0.9999
COLD_TO_EXACT = 1.5
"""Seconds of a whole cold run for each second of OR-tools' exact flow, which is given its pairs."""
WARM_TO_COLD = 1 / 15

RECALL = 200
"""Needs whose candidates are compared one by one with the referee's."""


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--needs", type=int, default=1_000)
    parser.add_argument("--offers", type=int)
    parser.add_argument("--a-week", type=int, default=5, help="most places of one volunteer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--exact", action="store_true", help="ask OR-tools, however long it takes")
    arguments = parser.parse_args()
    offers = arguments.offers or arguments.needs
    print(
        f"== {arguments.needs:,} needs × {offers:,} offers of up to {arguments.a_week}, "
        f"seed {arguments.seed}",
        flush=True,
    )
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        _in_a_region(arguments, offers)


def _in_a_region(arguments: Namespace, offers: int) -> None:
    from tests.benchmarks import region

    with throwaway_database():
        region.build(arguments.needs, offers, seed=arguments.seed, a_week=arguments.a_week)
        _bench(arguments.seed, exact=arguments.exact or arguments.needs <= MOST_FOR_EXACT)


def _bench(seed: int, *, exact: bool) -> None:
    from django.db import connection

    from mutualaid.matching.backlog.run import run_backlog
    from tests.benchmarks import region
    from tests.benchmarks.nearest import oldest_first_nearest_offer
    from tests.benchmarks.referee import read_city

    print(f"   {connection.vendor}, one process")
    with peak_memory() as peak, parts():
        cold = run_backlog(cold=True)
    _show_run("cold", cold)
    at_most("memory of a cold run", peak(), MOST_MB, "MB")
    at_most("certified gap of a cold run", cold.gap, MOST_GAP)
    now = datetime.now(UTC)
    referee = read_city()
    ours = _stored_proposals()
    began = perf_counter()
    naive = oldest_first_nearest_offer(referee)
    naive_seconds = perf_counter() - began
    value = {
        "ours": _table("ours", referee, ours, now),
        "naive": _table("naive", referee, naive, now, naive_seconds),
    }
    print(f"   value, naive : ours = {value['naive'] / value['ours']:.3f}")
    print(f"   recall of pairs on {RECALL} needs: {_recall(referee, seed):.4f}")
    if exact:
        flow_seconds = _against_exact(referee, ours, value["ours"], now)
        at_most("cold run : OR-tools' exact flow", cold.seconds / flow_seconds, COLD_TO_EXACT)
    region.change(CHANGED, seed=seed)
    with peak_memory() as peak, parts():
        warm = run_backlog(cold=False)
    _show_run("warm", warm)
    at_most("memory of a warm run", peak(), MOST_MB, "MB")
    at_most("certified gap of a warm run", warm.gap, MOST_GAP)
    at_most("warm run : cold run", warm.seconds / cold.seconds, WARM_TO_COLD)
    _table("warm", read_city(), _stored_proposals(), datetime.now(UTC))


def _show_run(name: str, run: Any) -> None:
    print(
        f"   {name}: {run.seconds:.2f} s in all, {run.outcome} {run.error}; {run.pairs:,} pairs, "
        f"{run.matches:,} matches, certified gap {run.gap:.3%}, moved {run.moved:,}",
        flush=True,
    )


def _stored_proposals() -> list[tuple[int, int]]:
    from mutualaid.matching.models import Proposal

    return list(Proposal.objects.order_by("need").values_list("need", "offer"))


def _table(
    name: str, referee: Any, proposals: list[tuple[int, int]], now: datetime, seconds: float = 0
) -> float:
    """Check a list of proposals by the referee, print a line about it, return its value in points."""
    from tests.benchmarks.referee import check, priority

    points, km = check(referee, proposals)
    needs = {need[0]: need for need in referee.needs}
    value = points + sum(priority(needs[need], now) for need, _ in proposals)
    served = {need for need, _ in proposals}
    critical = sum(need[3] == 4 and need[0] not in served for need in referee.needs)
    by_locality: dict[int, list[bool]] = defaultdict(list)
    for need in referee.needs:
        by_locality[need[2]].append(need[0] in served)
    shares = sorted(sum(row) / len(row) for row in by_locality.values() if len(row) >= 20) or [0.0]
    took = f", {seconds:.1f} s" if seconds else ""
    print(
        f"   {name}: refereed, {len(proposals):,} matches, value {value:,.0f}, critical unmet "
        f"{critical}, worst locality {shares[0]:.3f}, Gini of localities {_gini(shares):.4f}, "
        f"{km / max(1, len(proposals)):.2f} km{took}",
        flush=True,
    )
    return value


def _recall(referee: Any, seed: int) -> float:
    """The share of the referee's pairs of some needs that the matcher joined; more is a foul."""
    from django.utils import timezone

    from mutualaid.matching.backlog.load import read_needs, read_offers
    from mutualaid.matching.backlog.solve import build
    from tests.benchmarks.referee import Foul

    needs = read_needs(timezone.now())
    offers = read_offers(timezone.now(), needs.week)
    problem = build(needs, offers, {}, {})
    rows = dict(zip(needs.pk[needs.seats].tolist(), problem.group.tolist(), strict=True))
    found = expected = 0
    for need in Random(seed).sample(referee.needs, min(RECALL, len(referee.needs))):
        group = rows[need[0]]
        pairs = slice(problem.starts[group], problem.starts[group + 1])
        joined = set(offers.pk[problem.offer[pairs]].tolist())
        truth = {referee.offers[n][0] for n in referee.fitting(need)[0].tolist()}
        if joined - truth:
            raise Foul(f"need {need[0]} has pairs that do not fit")
        found, expected = found + len(joined), expected + len(truth)
    return found / expected if expected else 1.0


def _against_exact(
    referee: Any, proposals: list[tuple[int, int]], value: float, now: datetime
) -> float:
    """Compare with OR-tools' flows; returns how many seconds the exact one took.

    A place that is taken costs what is reserved for needs still to come (ADR 92): so a need that can wait may
    be left without one, and matches are fewer than those of a flow that knows nothing of it.
    """
    from mutualaid.matching.models import OfferPrice
    from tests.benchmarks.exact import best_value, most_matches
    from tests.benchmarks.referee import Foul

    reserves = dict(OfferPrice.objects.values_list("offer", "reserve"))
    arcs = _arcs(referee, now, reserves)
    matches, value = len(proposals), value - sum(reserves.get(offer, 0) for _, offer in proposals)
    most = most_matches(arcs)
    print(f"   max-flow: {most:,} matches; ours {matches / most:.5f} of them", flush=True)
    best = best_value(arcs)
    print(
        f"   OR-tools' exact flow: {best.flow_seconds:.1f} s, {len(arcs.need):,} pairs, value "
        f"{best.value:,.0f} with {best.matches:,} matches; ours {value / best.value:.5f} of it"
    )
    at_least("matches : max-flow", matches / most, 1)
    at_least("value : exact flow", value / best.value, LEAST_VALUE)
    if matches > most or value > best.value + 0.01 * len(referee.needs):
        raise Foul("better than the best there is")
    return best.flow_seconds


def _arcs(referee: Any, now: datetime, reserves: dict[int, float]) -> Any:
    from tests.benchmarks.exact import Arcs
    from tests.benchmarks.referee import priority

    found = [referee.fitting(need) for need in referee.needs]
    return Arcs(
        need=np.repeat(np.arange(len(found)), [len(who) for who, _, _ in found]),
        offer=np.concatenate([who for who, _, _ in found]),
        points=np.concatenate([points for _, points, _ in found]),
        priority=np.array([priority(need, now) for need in referee.needs]),
        places=referee.places,
        reserve=np.array([reserves.get(offer[0], 0.0) for offer in referee.offers]),
    )


def _gini(shares: list[float]) -> float:
    """0 where all are served alike; `shares` is sorted."""
    count, total = len(shares), sum(shares)
    weighted = sum((2 * rank - count + 1) * share for rank, share in enumerate(shares))
    return weighted / (count * total) if total else 0.0


if __name__ == "__main__":
    main()
