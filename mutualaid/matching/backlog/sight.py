"""What bidding needs have in sight: a few best offers each, and how good the rest can be at most."""

import numpy as np

from mutualaid.matching.backlog.places import EPSILON
from mutualaid.matching.backlog.problem import CELLS, KEEP, Floats, Ints, Problem

SHORTLIST = 16
"""Offers that a need keeps in sight. Prices only rise, so it looks at all of them again only
when its best has become worse than the best of the rest was."""


class Sight:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        needs = len(problem.group)
        self.offer = np.zeros((needs, SHORTLIST), dtype=np.int32)
        self.points = np.full((needs, SHORTLIST), -np.inf, dtype=np.float32)
        self.rest = np.full(needs, np.inf)

    def bids(self, needs: Ints, price: Floats) -> tuple[Ints, Ints, Floats]:
        """Who still bids, for which offer, and how much. Whoever is left out stays without."""
        offer, best, second = self._choose(needs, price)
        blind = np.flatnonzero(best < self.rest[needs])
        if len(blind):
            self._look(needs[blind], price)
            offer[blind], best[blind], second[blind] = self._choose(needs[blind], price)
        stay_out = -self.problem.base[needs]
        bid = price[offer] + best - np.maximum(second, stay_out) + EPSILON
        bids = best >= stay_out
        return needs[bids], offer[bids], bid[bids]

    def _choose(self, needs: Ints, price: Floats) -> tuple[Ints, Floats, Floats]:
        """Of those in sight: the best offer, what it is worth after its price, and the second best."""
        offer = self.offer[needs]
        left = self.points[needs] - price[offer]
        rows, column = np.arange(len(needs)), left.argmax(axis=1)
        best = left[rows, column]
        left[rows, column] = -np.inf
        second = np.maximum(left.max(axis=1), self.rest[needs])
        return offer[rows, column].astype(np.int64), best, np.minimum(second, best)

    def _look(self, needs: Ints, price: Floats) -> None:
        """Put the best offers of these needs, at today's prices, in sight."""
        length = np.diff(self.problem.starts)[self.problem.group[needs]]
        order = np.argsort(length, kind="stable")
        needs, length = needs[order], length[order]
        begin = 0
        while begin < len(needs):
            end = begin + 1
            room = np.searchsorted(length * np.arange(1 - begin, len(length) + 1 - begin), CELLS)
            end = max(end, int(room))
            self._look_at(needs[begin:end], int(length[end - 1]), price)
            begin = end

    def _look_at(self, needs: Ints, width: int, price: Floats) -> None:
        problem = self.problem
        width = max(width, SHORTLIST + 1)
        first = problem.starts[problem.group[needs]][:, None]
        pair = first + np.arange(width)
        there = pair < problem.starts[problem.group[needs] + 1][:, None]
        pair[~there] = 0
        offer = problem.offer[pair]
        points = np.where(there, problem.points[pair], np.float32(-np.inf))
        points += np.float32(KEEP) * (offer == problem.kept[needs][:, None])
        left = points - price[offer]
        top = np.argpartition(-left, SHORTLIST, axis=1)[:, : SHORTLIST + 1]
        rows = np.arange(len(needs))[:, None]
        self.offer[needs] = offer[rows, top[:, :SHORTLIST]]
        self.points[needs] = points[rows, top[:, :SHORTLIST]]
        self.rest[needs] = left[np.arange(len(needs)), top[:, SHORTLIST]]
