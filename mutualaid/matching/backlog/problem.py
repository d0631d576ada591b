"""An assignment problem over sparse pairs, its solution, and the proof of how good that is.

Everything is in points. Pairs of needs that are alike in all but their priority are kept once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LOAD_STEP = 10.0
"""Points by which each further task of one volunteer in a week must be worth more than the one before."""

KEEP = 5.0
"""Points for a proposal that stands already."""

CELLS = 2_000_000
"""Pairs looked at in one piece: bounds the memory of a look."""

NOBODY = -1


@dataclass(frozen=True)
class Problem:
    """Needs of one group have the same pairs: those from `starts[group]` to `starts[group + 1]`."""

    starts: Ints
    offer: NDArray[np.int32]
    points: NDArray[np.float32]
    group: Ints
    base: Floats
    """Points a need has whoever comes: its priority and its locality's equity."""
    places: Ints
    opening: Floats
    """Price of the first free place of each offer."""
    kept: Ints
    """The offer that each need has a standing proposal for, or NOBODY."""

    @property
    def pairs(self) -> int:
        """How many pairs of a need and an offer fit."""
        return int(np.diff(self.starts)[self.group].sum())


@dataclass
class Solution:
    """`holds` is the offer of each need or NOBODY, `price` what one more place of each offer costs."""

    holds: Ints
    price: Floats
    value: float
    bound: float
    rounds: int = 0

    @property
    def gap(self) -> float:
        """The share of the optimum that may be missing at most: certified, whatever the prices are."""
        return max(0.0, self.bound - self.value) / self.bound if self.bound > 0 else 0.0

    @property
    def matches(self) -> int:
        return int((self.holds != NOBODY).sum())


def pair_points(problem: Problem, needs: Ints, offers: Ints) -> Floats:
    """What each of these pairs is worth without the need's own points; -inf where they do not fit.

    A binary search in all the groups at once: within a group the offers are sorted.
    """
    low, end = problem.starts[problem.group[needs]], problem.starts[problem.group[needs] + 1]
    high = end.copy()
    while (open_ := low < high).any():
        middle = (low + high) // 2
        left = open_ & (problem.offer[np.where(open_, middle, 0)] < offers)
        low, high = np.where(left, middle + 1, low), np.where(open_ & ~left, middle, high)
    there = low < end
    there[there] = problem.offer[low[there]] == offers[there]
    points = np.full(len(needs), -np.inf)
    points[there] = problem.points[low[there]]
    points[problem.kept[needs] == offers] += KEEP
    return points


def best_after_price(problem: Problem, price: Floats) -> Floats:
    """For each need the most that an offer is worth to it after its price; -inf where none fits."""
    by_group = np.full(len(problem.starts) - 1, -np.inf)
    for first, last in _pieces(problem.starts):
        begin, end = problem.starts[first], problem.starts[last]
        filled = np.flatnonzero(np.diff(problem.starts[first : last + 1]))
        if len(filled):
            left = problem.points[begin:end] - price[problem.offer[begin:end]]
            by_group[first + filled] = np.maximum.reduceat(
                left, problem.starts[first + filled] - begin
            )
    best: Floats = by_group[problem.group]
    kept = np.flatnonzero(problem.kept != NOBODY)
    mine = pair_points(problem, kept, problem.kept[kept]) - price[problem.kept[kept]]
    best[kept] = np.maximum(best[kept], mine)
    return best


def certified_bound(problem: Problem, price: Floats) -> float:
    """More than this no assignment can be worth: weak duality of the linear program, at any prices.

    What places earn above their opening price, and the best that each need could have after prices.
    """
    number = spread(np.zeros(len(problem.places), dtype=np.int64), problem.places)[0]
    margin = np.repeat(price - problem.opening, problem.places) - LOAD_STEP * number
    needs = problem.base + best_after_price(problem, price)
    return float(np.maximum(margin, 0).sum() + np.maximum(needs, 0).sum())


def spread(first: Ints, length: Ints) -> tuple[Ints, Ints]:
    """The numbers first, first + 1, … of each run one after the other, and where each run starts."""
    starts = np.concatenate([[0], np.cumsum(length)])
    flat = np.arange(starts[-1]) + np.repeat(first - starts[:-1], length)
    return flat, starts


def _pieces(starts: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of groups that hold about `CELLS` pairs each."""
    first, groups = 0, len(starts) - 1
    while first < groups:
        last = int(np.searchsorted(starts, starts[first] + CELLS, side="right")) - 1
        last = min(max(last, first + 1), groups)
        yield first, last
        first = last
