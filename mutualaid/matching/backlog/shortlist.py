"""What bidding needs have in sight: the best offers of their group, and how good the rest can be."""

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.places import EPSILON
from mutualaid.matching.backlog.problem import NOBODY, Floats, Ints, Problem, pair_points

SHORTLIST = 32
"""Offers that a group keeps in sight. Prices only rise, so it looks at all of them again only
when its best has become worse than the best of the rest was."""

GLANCE = 250_000
"""Pairs looked at in one piece: as many as a processor's cache holds."""


class Shortlist:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        groups = len(problem.starts) - 1
        self.offer = np.zeros((groups, SHORTLIST), dtype=np.int32)
        self.points = np.full((groups, SHORTLIST), -np.inf, dtype=np.float32)
        self.rest = np.full(groups, np.inf)
        needs = np.arange(len(problem.group))
        self.kept_points = np.where(
            problem.kept == NOBODY, -np.inf, pair_points(problem, needs, problem.kept)
        )

    def bids(self, needs: Ints, price: Floats) -> tuple[Ints, Ints, Floats]:
        """Who still bids, for which offer, and how much. Whoever is left out stays without."""
        offer, best, second = self._choose(needs, price)
        blind = np.flatnonzero(best < self.rest[self.problem.group[needs]])
        if len(blind):
            self._look(np.unique(self.problem.group[needs[blind]]), price.astype(np.float32))
            offer[blind], best[blind], second[blind] = self._choose(needs[blind], price)
        stay_out = -self.problem.base[needs]
        bid = price[offer] + best - np.maximum(second, stay_out) + EPSILON
        bids = best >= stay_out
        return needs[bids], offer[bids], bid[bids]

    def _choose(self, needs: Ints, price: Floats) -> tuple[Ints, Floats, Floats]:
        """Of those in sight: the best offer, what it is worth after its price, and the second best."""
        group = self.problem.group[needs]
        offer = self.offer[group]
        left = self.points[group] - price[offer]
        rows, column = np.arange(len(needs)), left.argmax(axis=1)
        chosen, best = offer[rows, column].astype(np.int64), left[rows, column]
        left[rows, column] = -np.inf
        second = np.maximum(left.max(axis=1), self.rest[group])
        return self._or_kept(needs, price, chosen, best, np.minimum(second, best))

    def _or_kept(
        self, needs: Ints, price: Floats, chosen: Ints, best: Floats, second: Floats
    ) -> tuple[Ints, Floats, Floats]:
        """The same, with the points for what stands already."""
        kept = self.problem.kept[needs]
        mine = self.kept_points[needs] - price[kept]
        better = mine > best
        second = np.where(better & (chosen != kept), best, second)
        second = np.where(better | (chosen == kept), second, np.maximum(second, mine))
        return np.where(better, kept, chosen), np.maximum(best, mine), second

    def _look(self, groups: Ints, price: NDArray[np.float32]) -> None:
        """Put the best offers of these groups, at today's prices, in sight."""
        length = np.diff(self.problem.starts)[groups]
        order = np.argsort(length, kind="stable")
        groups, length = groups[order], length[order]
        begin = 0
        while begin < len(groups):
            cells = length * np.arange(1 - begin, len(length) + 1 - begin)
            end = max(begin + 1, int(np.searchsorted(cells, GLANCE)))
            self._look_at(groups[begin:end], int(length[end - 1]), price)
            begin = end

    def _look_at(self, groups: Ints, width: int, price: NDArray[np.float32]) -> None:
        first, end = self.problem.starts[groups][:, None], self.problem.starts[groups + 1][:, None]
        pair = first + np.arange(max(width, SHORTLIST + 1))
        there = pair < end
        pair[~there] = 0
        offer = self.problem.offer[pair]
        points = np.where(there, self.problem.points[pair], np.float32(-np.inf))
        left = points - price[offer]
        top = np.argpartition(-left, SHORTLIST, axis=1)[:, : SHORTLIST + 1]
        rows = np.arange(len(groups))[:, None]
        self.offer[groups] = offer[rows, top[:, :SHORTLIST]]
        self.points[groups] = points[rows, top[:, :SHORTLIST]]
        self.rest[groups] = left[rows[:, 0], top[:, SHORTLIST]]
