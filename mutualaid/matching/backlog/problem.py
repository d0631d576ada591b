"""An assignment problem over sparse pairs, its solution, and the proof of how good that is.

Values are in points. Needs that are alike in all but their priority share one list of pairs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LOAD_STEP = 10.0
"""Points by which each further task of one volunteer in a week must be worth more than the one before.

Assumed, not measured (ADR 14).
"""

KEEP_POINTS = 5.0
"""Points for a proposal that stands already. Assumed, not measured."""

EPSILON = 1.0
"""Points by which a bid rises at least. No seat ends more than this below the best it could have."""

PRICE_DECIMALS, PRICE_STEP = 1, 0.1
"""Prices are kept to a tenth of a point."""

CHUNK_PAIRS = 250_000
"""Pairs looked at in one piece where all are gone through: bounds the memory that takes."""

UNASSIGNED = -1
"""Stands for no offer, no place or no seat in an array of positions."""


@dataclass(frozen=True)
class Problem:
    """Seats of one group have the same pairs: those from `starts[group]` to `starts[group + 1]`."""

    starts: Ints
    """(n_groups + 1,)"""
    offer: NDArray[np.int32]
    """(n_pairs,): the position of the pair's offer, ascending within a group."""
    points: NDArray[np.float32]
    """(n_pairs,): what the pair is worth without the points of need and offer alone."""
    most_cut: Floats
    """(n_groups,): points that no pair exceeds which fits as well and was cut off, with those of its offer.

    -inf for none.
    """
    group: Ints
    """(n_seats,): the group that each seat belongs to."""
    base_points: Floats
    """(n_seats,): points whoever comes: the need's priority and its locality's equity."""
    places: Ints
    """(n_offers,): how many places each offer has; it may be none."""
    opening_price: Floats
    """(n_offers,): the price of the first place of each offer, less `offer_points`.

    So prices in a solution are; and pairs stay as they are when a volunteer is invited.
    """
    reserve: Floats
    """(n_offers,): how much of the opening price is for needs that are still to come (ADR 92)."""
    offer_points: Floats
    """(n_offers,): what each offer is worth whatever the need."""
    proposed: Ints
    """(n_seats,): the position of the offer that is proposed already, or UNASSIGNED."""

    @property
    def pairs(self) -> int:
        """How many pairs of a seat and an offer fit."""
        return int(np.diff(self.starts)[self.group].sum())

    @property
    def worth_of_places(self) -> float:
        """What all places are worth to needs that are still to come, in points."""
        return float((self.reserve * self.places).sum())

    @cached_property
    def proposed_points(self) -> Floats:
        """(n_seats,): as of `pair_points`, of the pairs that are proposed already; -inf for none."""
        seats = np.arange(len(self.group))
        return _points_of_pairs(self, seats, self.proposed) + KEEP_POINTS


@dataclass
class Solution:
    offer_of: Ints
    """(n_seats,): the position of the offer that each seat got, or UNASSIGNED."""
    price: Floats
    """(n_offers,): what one more place of each offer costs, less its `offer_points`; inf without places."""
    value: float
    """Points of all assigned pairs, less what their places open at, and the reserve of all other places."""
    bound: float
    """No assignment of the pairs in the problem is worth more than this."""
    bound_with_cut: float
    """No assignment is worth more than this, also of pairs that were cut off before."""
    rounds: int = 0

    @property
    def gap(self) -> float:
        """The share of the optimum that solving missed at most: certified, whatever the prices are."""
        return self._gap_to(self.bound)

    @property
    def gap_with_cut(self) -> float:
        """The share of the best possible that is missing at most, with what was cut off before."""
        return self._gap_to(self.bound_with_cut)

    def _gap_to(self, bound: float) -> float:
        return max(0.0, bound - self.value) / bound if bound > 0 else 0.0

    @property
    def matches(self) -> int:
        """How many seats got an offer."""
        return int((self.offer_of != UNASSIGNED).sum())


def pair_points(problem: Problem, seats: Ints, offers: Ints) -> Floats:
    """Return the points of the pairs (seats[i], offers[i]), both (n,); -inf where they do not fit.

    Without the points of need and offer alone, with those for a proposal that stands.
    """
    points = problem.proposed_points[seats]
    others = np.flatnonzero(problem.proposed[seats] != offers)
    points[others] = _points_of_pairs(problem, seats[others], offers[others])
    return points


def _points_of_pairs(problem: Problem, seats: Ints, offers: Ints) -> Floats:
    """As of `pair_points`, without those for a proposal that stands."""
    begin, end = problem.starts[problem.group[seats]], problem.starts[problem.group[seats] + 1]
    low = search_ranges(problem.offer, begin, end, offers)
    fits = low < end
    fits[fits] = problem.offer[low[fits]] == offers[fits]
    points = np.full(len(seats), -np.inf)
    points[fits] = problem.points[low[fits]]
    return points


def next_opening_price(problem: Problem, held: Ints) -> Floats:
    """Return what the next place of each offer opens at, of which `held` are; both (n_offers,)."""
    price: Floats = problem.opening_price + LOAD_STEP * held
    return price


def search_ranges(values: NDArray[np.int32], begin: Ints, end: Ints, wanted: Ints) -> Ints:
    """Return where in `values` the first is from begin[i] to end[i] that is not below wanted[i], or end[i].

    All but `values` are (n,). Within each range the values ascend: a binary search in all at once.
    """
    low, high = begin, end
    while (searching := low < high).any():
        middle = (low + high) // 2
        is_lower = searching & (values[np.where(searching, middle, 0)] < wanted)
        low = np.where(is_lower, middle + 1, low)
        high = np.where(searching & ~is_lower, middle, high)
    return low


def best_after_price(problem: Problem, price: Floats) -> Floats:
    """Return for each seat the most that an offer is worth to it after its price, (n_seats,).

    `price` is (n_offers,). -inf where no offer fits.
    """
    best_of_group = np.full(len(problem.starts) - 1, -np.inf)
    for first, last in chunks(problem.starts):
        begin, end = problem.starts[first], problem.starts[last]
        filled = np.flatnonzero(np.diff(problem.starts[first : last + 1]))
        if len(filled):
            net = problem.points[begin:end] - price[problem.offer[begin:end]]
            best_of_group[first + filled] = np.maximum.reduceat(
                net, problem.starts[first + filled] - begin
            )
    best: Floats = best_of_group[problem.group]
    seats = np.flatnonzero(problem.proposed != UNASSIGNED)
    proposed = problem.proposed_points[seats] - price[problem.proposed[seats]]
    best[seats] = np.maximum(best[seats], proposed)
    return best


def certified_bounds(problem: Problem, price: Floats) -> tuple[float, float]:
    """Return points that no assignment of the pairs can exceed, and none of all that fits, at any `price`.

    Weak duality of the linear program (ADR 14): what places earn above their opening price, and the best that
    each seat could have after prices, (n_offers,). Of what was cut off no price is taken. Places are worth
    their reserve at least.
    """
    number = expand_ranges(np.zeros(len(problem.places), dtype=np.int64), problem.places)[0]
    margin = np.repeat(price - problem.opening_price, problem.places) - LOAD_STEP * number
    earned = problem.worth_of_places + np.maximum(margin, 0).sum()
    best = best_after_price(problem, price)
    with_cut = np.maximum(best, problem.most_cut[problem.group])
    seats, more = (np.maximum(problem.base_points + points, 0).sum() for points in (best, with_cut))
    return float(earned + seats), float(earned + more)


def expand_ranges(first: Ints, length: Ints) -> tuple[Ints, Ints]:
    """Return the numbers first[i], first[i] + 1, … of n ranges one after the other, and where each starts.

    `first` and `length` are (n,); the numbers are (sum of length,), the starts (n + 1,), so that
    the last one is where all end.
    """
    starts = np.concatenate([[0], np.cumsum(length)])
    flat = np.arange(starts[-1]) + np.repeat(first - starts[:-1], length)
    return flat, starts


def chunks(starts: Ints) -> Iterator[tuple[int, int]]:
    """Yield ranges of groups, end excluded, that hold about `CHUNK_PAIRS` pairs each."""
    first, groups = 0, len(starts) - 1
    while first < groups:
        last = int(np.searchsorted(starts, starts[first] + CHUNK_PAIRS, side="right")) - 1
        last = min(max(last, first + 1), groups)
        yield first, last
        first = last
