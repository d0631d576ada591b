"""Keep the best offers of each group at hand, with a bound on how good the rest can be.

Looking at every pair in each round would cost most of the auction's time (ADR 14).
"""

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.problem import (
    Floats,
    Ints,
    Problem,
)

SHORTLIST = 32
"""Offers kept for each group. Prices only rise, so all offers are looked at again only when the best
of these has become worse than the best of the rest was."""

CHUNK_PAIRS = 250_000
"""Pairs looked at in one piece: as many as a processor's cache holds."""


class Shortlist:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        groups = len(problem.starts) - 1
        self.offer = np.zeros((groups, SHORTLIST), dtype=np.int32)
        """(n_groups, SHORTLIST): positions of offers."""
        self.points = np.full((groups, SHORTLIST), -np.inf, dtype=np.float32)
        """(n_groups, SHORTLIST): what they are worth before their price; -inf fills up."""
        self.best_of_rest = np.full(groups, np.inf)
        """(n_groups,): points after price that no offer outside the list exceeds."""

    def bids(self, seats: Ints, price: Floats, epsilon: float) -> tuple[Ints, Ints, Floats]:
        """Return the seats that still bid, for which offer, and how many points; each (n_bids,).

        `seats` is (n_bidders,), `price` (n_offers,). A bid is the price plus what the best offer is
        better than the second best, plus `epsilon`. Seats for which every offer costs more than it is
        worth are left out.
        """
        offer, best, second = self._choose(seats, price)
        stale = np.flatnonzero(best < self.best_of_rest[self.problem.group[seats]])
        if len(stale):
            self._refresh(np.unique(self.problem.group[seats[stale]]), price.astype(np.float32))
            offer[stale], best[stale], second[stale] = self._choose(seats[stale], price)
        stay_out = -self.problem.base_points[seats]
        bids = best >= stay_out
        seats, offer = seats[bids], offer[bids]
        bid = price[offer] + best[bids] - np.maximum(second, stay_out)[bids] + epsilon
        return seats, offer, bid

    def _choose(self, seats: Ints, price: Floats) -> tuple[Ints, Floats, Floats]:
        """The best offer on the list, its worth after price, and that of the second; each (n_bidders,)."""
        group = self.problem.group[seats]
        offer = self.offer.take(group, axis=0)
        net = self.points.take(group, axis=0) - price.take(offer)
        rows, column = np.arange(len(seats)), net.argmax(axis=1)
        chosen, best = offer[rows, column].astype(np.int64), net[rows, column]
        net[rows, column] = -np.inf
        second = np.maximum(net.max(axis=1), self.best_of_rest[group])
        return self._or_proposed(seats, price, chosen, best, np.minimum(second, best))

    def _or_proposed(
        self, seats: Ints, price: Floats, chosen: Ints, best: Floats, second: Floats
    ) -> tuple[Ints, Floats, Floats]:
        """The same, where the offer that is proposed already has its additional points."""
        proposed = self.problem.proposed[seats]
        net = self.problem.proposed_points[seats] - price[proposed]
        is_better = net > best
        second = np.where(is_better & (chosen != proposed), best, second)
        second = np.where(is_better | (chosen == proposed), second, np.maximum(second, net))
        return np.where(is_better, proposed, chosen), np.maximum(best, net), second

    def _refresh(self, groups: Ints, price: NDArray[np.float32]) -> None:
        """Make the lists of these groups anew, at the prices of now."""
        length = self.problem.starts[groups + 1] - self.problem.starts[groups]
        order = np.argsort(length, kind="stable")
        groups, length = groups[order], length[order]
        begin = 0
        while begin < len(groups):
            cells = length * np.arange(1 - begin, len(length) + 1 - begin)
            end = max(begin + 1, int(np.searchsorted(cells, CHUNK_PAIRS)))
            self._refresh_chunk(groups[begin:end], int(length[end - 1]), price)
            begin = end

    def _refresh_chunk(self, groups: Ints, width: int, price: NDArray[np.float32]) -> None:
        """`width` is the length of the longest list of pairs among these groups."""
        starts, ends = self.problem.starts[groups], self.problem.starts[groups + 1]
        pair = starts[:, None] + np.arange(max(width, SHORTLIST + 1))
        exists = pair < ends[:, None]
        pair[~exists] = 0
        offer, points = self.problem.offer.take(pair), self.problem.points.take(pair)
        points[~exists] = -np.inf
        net = points - price.take(offer)
        top = np.argpartition(-net, SHORTLIST, axis=1)[:, : SHORTLIST + 1]
        rows = np.arange(len(groups))[:, None]
        self.offer[groups] = offer[rows, top[:, :SHORTLIST]]
        self.points[groups] = points[rows, top[:, :SHORTLIST]]
        self.best_of_rest[groups] = net[rows[:, 0], top[:, SHORTLIST]]
