"""The auction the other way round: free places that are dear bid for seats.

A place that was freed, or was bid up too far, costs more than when it opened though no seat wants it. It
bids for the seat that gains most, at the price at which the second best would gain as well, so that
no price falls further than for one seat (D. P. Bertsekas and D. A. Castañón, 1992; ADR 93).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.problem import (
    EPSILON,
    KEEP_POINTS,
    UNASSIGNED,
    Bools,
    Floats,
    Ints,
    Problem,
    expand_ranges,
    next_opening_price,
    pair_points,
)


class ReverseAuction:
    """Begins where an auction ended, and changes its `offer_of` (n_seats,) and `price` (n_offers,)."""

    def __init__(
        self, problem: Problem, offer_of: Ints, price: Floats, tick: Callable[[], None]
    ) -> None:
        self.problem, self.offer_of, self.price, self.tick = problem, offer_of, price, tick
        groups = len(problem.starts) - 1
        self.pairs_of = _Grouped(problem.offer, len(problem.places))
        self.seats_of = _Grouped(problem.group, groups)
        self.group_of_pair = np.repeat(np.arange(groups), np.diff(problem.starts))
        held = offer_of[offer_of != UNASSIGNED]
        self.held = np.bincount(held, minlength=len(problem.places))
        self.points = pair_points(problem, np.arange(len(offer_of)), offer_of)
        """(n_seats,): of the pair that each seat is in, -inf for none."""

    def run(self) -> None:
        """Let places bid until no free one costs more than it opened at. Lets through what `tick` raises."""
        while len(offers := self._free_and_dear()):
            self.tick()
            seat, gain, price = self._bids(offers)
            is_chosen = _is_highest_of_its_seat(seat, gain)
            done = is_chosen | (seat == UNASSIGNED)
            self.price[offers[done]] = price[done]
            self._assign(seat[is_chosen], offers[is_chosen])

    def _free_and_dear(self) -> Ints:
        is_free = self.held < self.problem.places
        return np.flatnonzero(is_free & (self.price > self._opening_price() + 1e-6))

    def _opening_price(self) -> Floats:
        return next_opening_price(self.problem, self.held)

    def _bids(self, offers: Ints) -> tuple[Ints, Floats, Floats]:
        """The seat each offer bids for or UNASSIGNED, what it would gain, and the price; (n_offers,) each."""
        owner, seat, points = self._candidates(offers)
        order = np.lexsort((-points, owner))
        first = np.searchsorted(owner, np.arange(len(offers)))
        best, second = points[order[first]], points[order[first + 1]]
        opening = self._opening_price()[offers]
        lowest = np.minimum(np.maximum(second - EPSILON, opening), self.price[offers])
        is_wanted = best >= opening + EPSILON
        price = np.where(is_wanted, lowest, opening)
        return np.where(is_wanted, seat[order[first]], UNASSIGNED), best - price, price

    def _candidates(self, offers: Ints) -> tuple[Ints, Ints, Floats]:
        """Position among `offers`, seat, and what the seat would gain at a price of 0; each (n_candidates,).

        Sorted by position. For each offer there are two more, of no seat, that gain nothing.
        """
        pair, starts = self.pairs_of.members(offers)
        owner = np.repeat(np.arange(len(offers)), np.diff(starts))
        seat, starts = self.seats_of.members(self.group_of_pair[pair])
        of_pair = np.repeat(np.arange(len(pair)), np.diff(starts))
        owner = owner[of_pair]
        gain = self.problem.points[pair][of_pair] - self._profit()[seat]
        gain += KEEP_POINTS * (self.problem.proposed[seat] == offers[owner])
        gain[self.offer_of[seat] == offers[owner]] = -np.inf
        nobody = np.repeat(np.arange(len(offers)), 2)
        owner = np.concatenate([owner, nobody])
        order = np.argsort(owner, kind="stable")
        seat = np.concatenate([seat, np.full(len(nobody), UNASSIGNED)])
        gain = np.concatenate([gain, np.full(len(nobody), -np.inf)])
        return owner[order], seat[order], gain[order]

    def _profit(self) -> Floats:
        """What each seat has of its pair after the price, or of staying out, without its base points."""
        profit = np.where(
            self.offer_of == UNASSIGNED, -np.inf, self.points - self.price[self.offer_of]
        )
        return np.maximum(profit, -self.problem.base_points)

    def _assign(self, seats: Ints, offers: Ints) -> None:
        before = self.offer_of[seats]
        np.subtract.at(self.held, before[before != UNASSIGNED], 1)
        self.held[offers] += 1
        self.offer_of[seats] = offers
        self.points[seats] = pair_points(self.problem, seats, offers)


class _Grouped:
    """Positions of an array put together by its values, which are 0 to `count` - 1."""

    def __init__(self, values: Ints | NDArray[np.int32], count: int) -> None:
        self.order = np.argsort(values, kind="stable")
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(values, minlength=count))])

    def members(self, values: Ints) -> tuple[Ints, Ints]:
        """Return the positions that have these `values` (n,), and where those of each start, (n + 1,)."""
        first = self.starts[values]
        flat, starts = expand_ranges(first, self.starts[values + 1] - first)
        return self.order[flat], starts


def _is_highest_of_its_seat(seat: Ints, gain: Floats) -> Bools:
    """Which of these bids gives its seat the most; none for UNASSIGNED. All are (n_bids,)."""
    order = np.lexsort((-gain, seat))
    is_highest = np.zeros(len(seat), dtype=bool)
    is_highest[order[np.unique(seat[order], return_index=True)[1]]] = True
    is_highest &= seat != UNASSIGNED
    return is_highest
