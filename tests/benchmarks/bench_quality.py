"""How good the choices are, one need after the other: `python -m tests.benchmarks.bench_quality [NEEDS]`.

Against hindsight: OR-tools' exact flow, which knows the whole week before it begins. Every volunteer has one
place, so that there is not enough. The time of each seed is printed; with 10,000 needs, which was not
measured, it is at least five times that of 2,000.
"""

import os
from argparse import ArgumentParser
from collections import defaultdict
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import django
import numpy as np

from tests.benchmarks.goals import at_least, at_most
from tests.benchmarks.throwaway import throwaway_database

RATIOS = (0.6, 1.0, 1.5)
"""Offers for each need that arrives."""
WRONG = (0.7, 1.3)
"""Needs in a past week for each of this one: the forecast is wrong."""
FEWEST = 20
"""An area with fewer needs in the week says little about how well it is served."""

NEAREST, BEST, PLAIN, PRODUCT = "nearest", "best score", "product, no proposals", "product"
NO_HOLD, NO_EQUITY = "product, no hold", "product, no equity"


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("needs", type=int, nargs="?", default=2_000)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    print(
        f"== {arguments.needs:,} needs arrive one by one, seeds 1 to {arguments.seeds}", flush=True
    )
    tables: dict[float, dict[str, list[Result]]] = {ratio: defaultdict(list) for ratio in RATIOS}
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        for seed in range(1, arguments.seeds + 1):
            began = perf_counter()
            for ratio, results in play(arguments.needs, seed).items():
                for rules, result in results.items():
                    tables[ratio][rules].append(result)
            print(f"   seed {seed}: {perf_counter() - began:.0f} s", flush=True)
    for ratio, table in tables.items():
        print(
            f"\n   {ratio} offers a need: % of hindsight's matches / value (lowest to highest seed)"
        )
        for rules, row in table.items():
            print(f"   {rules:24}{_line(row)}")
        show_goals(ratio, table)


@dataclass(frozen=True)
class Result:
    """What a rule made of a week; shares are of hindsight's."""

    matches: float
    value: float
    points: float
    critical_unmet: int
    """Over what hindsight leaves unmet."""
    worst: float
    """The share of needs taken on in the area where it is smallest."""


def play(needs: int, seed: int) -> dict[float, dict[str, Result]]:
    """Play a week by all rules, by offers a need."""
    from tests.benchmarks import region
    from tests.benchmarks.week import MOST_FORECAST, read_week

    with throwaway_database():
        most = round((1 + 4 * MOST_FORECAST) * needs)
        region.build(most, round(RATIOS[-1] * needs), seed=seed, a_week=1)
        whole = read_week(needs, seed)
    return {ratio: _play(whole, round(ratio * needs)) for ratio in RATIOS}


def _play(whole: Any, offers: int) -> dict[str, Result]:
    from tests.benchmarks.arriving import (
        Product,
        Without,
        best_score_first,
        nearest_first,
    )

    week = whole.of(offers, 1.0)
    best = hindsight(week)
    played = {
        NEAREST: nearest_first(week),
        BEST: best_score_first(week),
        NO_HOLD: Product(week, Without(hold=True, proposals=True)).run(),
        PLAIN: Product(week, Without(proposals=True)).run(),
        PRODUCT: Product(week).run(),
        NO_EQUITY: Product(week, Without(equity=True)).run(),
    }
    for wrong in WRONG:
        played[_forecast(wrong)] = Product(whole.of(offers, wrong)).run()
    return {rules: measure(week, offer_of, best) for rules, offer_of in played.items()}


def _forecast(wrong: float) -> str:
    return f"product, forecast {wrong:.0%}"


def hindsight(week: Any) -> Any:
    """The offer of each need in the most valuable assignment of the whole week, as `Product.run`."""
    from tests.benchmarks.exact import Arcs, best_assignment

    found = [week.scores(need) for need in week.arriving.tolist()]
    there = [week.places[offers] > 0 for offers, _ in found]
    arcs = Arcs(
        need=np.repeat(np.arange(len(found)), [some.sum() for some in there]),
        offer=np.concatenate(
            [offers[some] for (offers, _), some in zip(found, there, strict=True)]
        ),
        points=np.concatenate(
            [points[some] for (_, points), some in zip(found, there, strict=True)]
        ),
        priority=week.problem.base_points[week.arriving],
        places=week.places,
    )
    offer_of = np.full(len(week.at), -1)
    offer_of[week.arriving] = best_assignment(arcs)
    return offer_of


def measure(week: Any, offer_of: Any, best: Any) -> Result:
    """Raises `Foul` for an offer that does not fit or has more than its places, and for more than can be."""
    from tests.benchmarks.referee import Foul

    points, most = _points(week, offer_of), _points(week, best)
    if points > most + 0.01 * len(week.arriving):
        raise Foul("better than the best there is")
    arriving = week.arriving
    served, could_be = offer_of[arriving] >= 0, best[arriving] >= 0
    is_critical = week.needs.urgency[arriving] == 4
    areas = week.needs.locality[arriving]
    wanted, met = np.bincount(areas), np.bincount(areas, weights=served)
    return Result(
        matches=served.sum() / could_be.sum(),
        value=points / most,
        points=points,
        critical_unmet=int((is_critical & ~served).sum() - (is_critical & ~could_be).sum()),
        worst=float((met / np.maximum(wanted, 1))[wanted >= FEWEST].min(initial=1.0)),
    )


def _points(week: Any, offer_of: Any) -> float:
    from tests.benchmarks.referee import Foul

    if (np.bincount(offer_of[offer_of >= 0], minlength=len(week.places)) > week.places).any():
        raise Foul("a volunteer has more than they offered")
    points = 0.0
    for need in week.arriving[offer_of[week.arriving] >= 0].tolist():
        offers, scores = week.scores(need)
        (here,) = np.flatnonzero(offers == offer_of[need])
        points += float(scores[here] + week.problem.base_points[need])
    return points


def _line(row: list[Result]) -> str:
    columns = [
        _mean([100 * one.matches for one in row]),
        _mean([100 * one.value for one in row]),
        f"critical unmet {np.mean([one.critical_unmet for one in row]):5.1f}",
        f"worst area {np.mean([one.worst for one in row]):.3f}",
    ]
    return "  ".join(columns)


def _mean(values: list[float]) -> str:
    return f"{np.mean(values):5.1f} ({min(values):.1f} to {max(values):.1f})"


def show_goals(ratio: float, table: dict[str, list[Result]]) -> None:
    """Print each goal of the issue with *reached*, or by how much not."""

    def mean(rules: str, name: str) -> float:
        return float(np.mean([getattr(result, name) for result in table[rules]]))

    at = f"at {ratio} offers a need"
    at_least(f"matches {at}", 100 * mean(PRODUCT, "matches"), 98, "%")
    at_least(f"value {at}", 100 * mean(PRODUCT, "value"), 97, "%")
    for wrong in WRONG:
        name = _forecast(wrong)
        at_least(f"matches {at}, {name}", 100 * mean(name, "matches"), 96, "%")
        at_least(f"value {at}, {name}", 100 * mean(name, "value"), 95, "%")
    critical = mean(PRODUCT, "critical_unmet") / max(1, mean(NEAREST, "critical_unmet"))
    at_most(f"critical unmet of nearest-first's {at}", critical, 0.15)
    gained = mean(PRODUCT, "worst") - mean(NEAREST, "worst")
    at_least(f"worst area over nearest-first {at}", gained, 0.15)
    cost = 1 - mean(PRODUCT, "points") / mean(NO_EQUITY, "points")
    at_most(f"value that equity costs {at}", 100 * cost, 0.3, "%")


if __name__ == "__main__":
    main()
