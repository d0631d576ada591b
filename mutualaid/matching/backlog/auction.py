"""An auction that assigns seats of needs to places of offers, and proves how near it is to the best.

Seats bid for the place of an offer that is worth most to them after its price; a place goes to the
highest bid, and whoever is outbid bids again (D. P. Bertsekas, 1988; with several places for one
offer: Bertsekas and Castañón, 1989; ADR 14). Values are in points. numpy only; no database, no clock.
"""

from collections.abc import Callable

import numpy as np

from mutualaid.matching.backlog.problem import (
    EPSILON,
    LOAD_STEP,
    PRICE_STEP,
    UNASSIGNED,
    Bools,
    Floats,
    Ints,
    Problem,
    Solution,
    best_after_price,
    certified_bounds,
    expand_ranges,
    pair_points,
)
from mutualaid.matching.backlog.reverse_auction import ReverseAuction
from mutualaid.matching.backlog.shortlist import Shortlist

COARSE_EPSILON = 8.0
"""Where places are few, the wars of many seats for them are first fought in steps of so many points."""

STEP_BACK = 4
"""So many of these steps prices fall before the war is fought again in finer ones."""

Tick = Callable[[], None]


def solve_from_nothing(problem: Problem, tick: Tick = lambda: None) -> Solution:
    """Solve without a last result. Lets through what `tick` raises."""
    nobody, price = np.full(len(problem.group), UNASSIGNED), problem.opening_price
    are_few = problem.places.sum() < 2 * len(problem.group)
    for epsilon in (COARSE_EPSILON, EPSILON) if are_few else (EPSILON,):
        auction = Auction(problem, tick, epsilon)
        auction.start_from(nobody, price)
        solution = auction.solve()
        price = solution.price - STEP_BACK * epsilon
    return auction.let_places_bid() if are_few else solution


class Auction:
    """One solve. `tick` is called every round and may raise to stop it."""

    def __init__(
        self, problem: Problem, tick: Tick = lambda: None, epsilon: float = EPSILON
    ) -> None:
        self.problem, self.tick, self.epsilon = problem, tick, epsilon
        self.places = Places(problem.places, problem.opening_price)
        self.offer_of = np.full(len(problem.group), UNASSIGNED)
        self.place_of = np.full(len(problem.group), UNASSIGNED)
        self.rounds = 0

    def start_from(self, offer_of: Ints, price: Floats) -> None:
        """Begin with the assignment (n_seats,) and prices (n_offers,) of the last solve.

        Seats that would now rather have another offer are freed. A place that was freed keeps its
        price: if it fell, all around would want it at once (39 % of needs moved when it did, ADR 14).
        What that may cost is in the certified gap.
        """
        seats = np.flatnonzero(offer_of != UNASSIGNED)
        seats = seats[np.isfinite(pair_points(self.problem, seats, offer_of[seats]))]
        self._begin_at(seats, offer_of[seats], price)
        freed = self._better_off_elsewhere()
        self.places.holder[self.place_of[freed]] = UNASSIGNED
        self.offer_of[freed] = self.place_of[freed] = UNASSIGNED

    def solve(self) -> Solution:
        """Let seats bid until none wants to. Lets through what `tick` raises."""
        bidders = np.flatnonzero((self.offer_of == UNASSIGNED) & (self._pair_counts() > 0))
        shortlist = Shortlist(self.problem)
        while len(bidders):
            self.tick()
            self.rounds += 1
            bidders, offer, bid = shortlist.bids(bidders, self.places.cheapest, self.epsilon)
            won, place = self.places.award(offer, bid, self.epsilon / 2)
            outbid = self.places.holder[place[won]]
            outbid = outbid[outbid != UNASSIGNED]
            self.offer_of[outbid] = self.place_of[outbid] = UNASSIGNED
            self._assign(bidders[won], offer[won], place[won])
            bidders = np.concatenate([bidders[~won], outbid])
        return self._solution()

    def _begin_at(self, seats: Ints, offers: Ints, price: Floats) -> None:
        """Give seats these offers, both (n,), as far as there are places, at these prices (n_offers,)."""
        order = np.argsort(offers, kind="stable")
        seats, offers = seats[order], offers[order]
        self.places.raise_prices_to(price)
        place, has_place = self.places.in_order(offers)
        self._assign(seats[has_place], offers[has_place], place[has_place])

    def let_places_bid(self) -> Solution:
        """Bring the prices of free places down, after `solve`. Lets through what `tick` raises."""
        offer_of, price = self.offer_of.copy(), self.places.cheapest.copy()
        ReverseAuction(self.problem, offer_of, price, self.tick).run()
        self.places.holder[:] = UNASSIGNED
        seats = np.flatnonzero(offer_of != UNASSIGNED)
        self._begin_at(seats, offer_of[seats], price)
        return self._solution()

    def _assign(self, seats: Ints, offers: Ints, places: Ints) -> None:
        self.places.holder[places] = seats
        self.offer_of[seats], self.place_of[seats] = offers, places

    def _better_off_elsewhere(self) -> Ints:
        """Assigned seats that miss more than EPSILON at the prices of now, however these were rounded."""
        seats = np.flatnonzero(self.offer_of != UNASSIGNED)
        offers, price = self.offer_of[seats], self.places.cheapest
        current = pair_points(self.problem, seats, offers) - price[offers]
        best = best_after_price(self.problem, price)[seats]
        best = np.maximum(best, -self.problem.base_points[seats])
        better_off: Ints = seats[current < best - EPSILON - PRICE_STEP - 1e-6]
        return better_off

    def _pair_counts(self) -> Ints:
        counts: Ints = np.diff(self.problem.starts)[self.problem.group]
        return counts

    def _solution(self) -> Solution:
        seats = np.flatnonzero(self.offer_of != UNASSIGNED)
        worth = pair_points(self.problem, seats, self.offer_of[seats])
        worth += self.problem.base_points[seats]
        value = float(worth.sum()) - self.places.opening_cost() + self.problem.worth_of_places
        bounds = certified_bounds(self.problem, self.places.cheapest)
        return Solution(self.offer_of, self.places.cheapest, value, *bounds, self.rounds)


class Places:
    """The places of all offers in one row: what each costs now, and which seat holds it.

    Place n of an offer opens `LOAD_STEP` points above place n - 1.
    """

    def __init__(self, places: Ints, opening_price: Floats) -> None:
        self.counts = places
        """(n_offers,)"""
        self.starts = np.concatenate([[0], np.cumsum(places)])
        """(n_offers + 1,): the places of an offer are those from here to the next start."""
        number = np.arange(self.starts[-1]) - np.repeat(self.starts[:-1], places)
        self.opening_price = np.repeat(opening_price, places) + LOAD_STEP * number
        """(n_places,)"""
        self.price = self.opening_price.copy()
        """(n_places,)"""
        self.holder = np.full(self.starts[-1], UNASSIGNED)
        """(n_places,): the seat that has it, or UNASSIGNED."""
        self.cheapest = np.where(places > 0, opening_price, np.inf)
        """(n_offers,): the lowest price among the places of each offer; inf without any."""

    def award(self, offer: Ints, bid: Floats, step: float) -> tuple[Bools, Ints]:
        """Give the cheapest places of each offer to the highest bids for it, and raise their prices.

        `offer` and `bid` are (n_bidders,). Returns who won and which place, both (n_bidders,); who did
        not win may have a place in the second array, or UNASSIGNED. `step` is by how many points a bid has
        to be above the price of a place that is held.
        """
        order = np.lexsort((-bid, offer))
        bid_on, begins = np.unique(offer[order], return_index=True)
        counts = self.counts[bid_on]
        places, starts = expand_ranges(self.starts[bid_on], counts)
        owner = np.repeat(np.arange(len(bid_on)), counts)
        places = places[np.lexsort((self.price[places], owner))]
        which = np.searchsorted(bid_on, offer[order])
        rank = np.arange(len(order)) - begins[which]
        has_place = rank < counts[which]
        place = np.full(len(offer), UNASSIGNED)
        place[order[has_place]] = places[starts[which[has_place]] + rank[has_place]]
        least = self.price[place] + np.where(self.holder[place] == UNASSIGNED, 0.0, step)
        won = (place != UNASSIGNED) & (bid >= least)
        self.price[place[won]] = bid[won]
        self._update_cheapest(bid_on)
        return won, place

    def raise_prices_to(self, price: Floats) -> None:
        """Let no place cost less than the `price` (n_offers,) of its offer."""
        self.price = np.maximum(self.opening_price, np.repeat(price, self.counts))
        self._update_cheapest(np.flatnonzero(self.counts))

    def in_order(self, offer: Ints) -> tuple[Ints, Bools]:
        """Hand out the places of each offer from the first on.

        `offer` is (n,), sorted, an offer once for each place that is wanted. Returns the places, and
        whether there was one left; both (n,).
        """
        rank = np.arange(len(offer)) - np.searchsorted(offer, offer)
        has_place = rank < self.counts[offer]
        return np.where(has_place, self.starts[offer] + rank, UNASSIGNED), has_place

    def opening_cost(self) -> float:
        """Points: the sum of the opening prices of all places that are held."""
        return float(self.opening_price[self.holder != UNASSIGNED].sum())

    def _update_cheapest(self, offers: Ints) -> None:
        if len(offers):
            counts = self.counts[offers]
            places, starts = expand_ranges(self.starts[offers], counts)
            self.cheapest[offers] = np.minimum.reduceat(self.price[places], starts[:-1])
