"""Needs that come one by one, against hindsight: `python -m tests.benchmarks.bench_arrivals [NEEDS]`.

Half of the needs are the past: the backlog's auction learns its prices from them. The other half
arrives in a random order, and each takes the best offer that is still free by one of three rules.
Hindsight knows all of them at once. Every volunteer has one place, so that there is not enough.
"""

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import Any

import django
import numpy as np

from tests.benchmarks.throwaway import throwaway_database

RATIOS = (0.6, 1.0, 1.5)
"""Offers for each need that arrives."""


def main(needs: int, seed: int) -> None:
    print(
        f"== {needs:,} needs arrive one by one, seed {seed}; shares of hindsight, matches / value"
    )
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        for ratio in RATIOS:
            with throwaway_database():
                _bench(needs, ratio, seed)


def _bench(needs: int, ratio: float, seed: int) -> None:
    from django.utils import timezone

    from mutualaid.matching.backlog.auction import Auction
    from mutualaid.matching.backlog.load import read_needs, read_offers
    from mutualaid.matching.backlog.solve import build
    from tests.benchmarks import region
    from tests.benchmarks.referee import priority, read_city

    region.build(2 * needs, int(ratio * needs), seed=seed, a_week=1)
    wanted = read_needs(timezone.now())
    everything = build(wanted, read_offers(timezone.now(), wanted.week), {}, {})
    order = np.random.default_rng(seed).permutation(2 * needs)
    past, now = (_only(everything, np.sort(part)) for part in np.split(order, 2))
    price = Auction(past).solve().price + everything.offer_points
    best = Auction(now).solve()
    referee, at = read_city(), datetime.now(UTC)
    arriving = [referee.needs[n] for n in order[needs:]]
    worth = [priority(need, at) for need in arriving]
    fitting = [referee.fitting(need) for need in arriving]
    rules = {
        "nearest": [-km for _, _, km in fitting],
        "best score": [points for _, points, _ in fitting],
        "score - price": [points - price[who] for who, points, _ in fitting],
    }
    for name, ranks in rules.items():
        hold = name == "score - price"
        matches, value = _arrive(arriving, fitting, worth, ranks, referee.places.copy(), hold)
        print(
            f"   {ratio} offers a need, {name:14} {matches / best.matches:.1%} / "
            f"{value / best.value:.1%}  (hindsight {best.matches:,}, gap {best.gap:.2%})",
            flush=True,
        )


def _arrive(
    needs: Any, fitting: Any, worth: Any, ranks: Any, places_left: Any, hold: bool
) -> tuple[int, float]:
    """Let needs take the best free offer by `ranks`, one after the other; return matches and points.

    With `hold`, low and normal needs that are not worth the price wait until the end.
    """
    matches, value = 0, 0.0
    held: list[int] = []
    for patient in (False, True):
        for n in held if patient else range(len(needs)):
            who, points, _ = fitting[n]
            free = np.flatnonzero(places_left[who] > 0)
            if not len(free):
                continue
            chosen = free[np.argmax(ranks[n][free])]
            if hold and not patient and needs[n][3] <= 2 and worth[n] + ranks[n][chosen] < 0:
                held.append(n)
                continue
            places_left[who[chosen]] -= 1
            matches, value = matches + 1, value + worth[n] + points[chosen]
    return matches, value


def _only(problem: Any, needs: Any) -> Any:
    parts = {name: getattr(problem, name)[needs] for name in ("group", "base_points", "proposed")}
    return replace(problem, **parts)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000, seed=1)
