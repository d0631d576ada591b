"""An auction that assigns needs to offers, and proves how near it is to the best there is.

Needs bid for the place of an offer that is worth most to them after its price; a place goes to the
highest bid, and whoever is outbid bids again (D. P. Bertsekas, 1988; with several places for one
offer: Bertsekas and Castañón, 1989). Everything is in points. numpy only; no database, no clock.
"""

from collections.abc import Callable

import numpy as np

from mutualaid.matching.backlog.places import EPSILON, Places
from mutualaid.matching.backlog.problem import (
    NOBODY,
    Floats,
    Ints,
    Problem,
    Solution,
    best_after_price,
    certified_bound,
    pair_points,
)
from mutualaid.matching.backlog.shortlist import Shortlist


class Auction:
    """One solve. `tick` is called every round and may raise to stop it."""

    def __init__(self, problem: Problem, tick: Callable[[], None] = lambda: None) -> None:
        self.problem, self.tick = problem, tick
        self.places = Places(problem.places, problem.opening)
        self.holds = np.full(len(problem.group), NOBODY)
        self.place_of = np.full(len(problem.group), NOBODY)
        self.rounds = 0

    def solve(self) -> Solution:
        wanting = np.flatnonzero((self.holds == NOBODY) & (self._lengths() > 0))
        sight = Shortlist(self.problem)
        while len(wanting):
            self.tick()
            self.rounds += 1
            wanting, offer, bid = sight.bids(wanting, self.places.cheapest)
            won, place = self.places.sell(offer, bid)
            out = self.places.holder[place[won]]
            out = out[out != NOBODY]
            self.holds[out] = self.place_of[out] = NOBODY
            self._give(wanting[won], offer[won], place[won])
            wanting = np.concatenate([wanting[~won], out])
        return self._solution()

    def start_from(self, holds: Ints, price: Floats) -> None:
        """Begin with proposals and prices of before; whoever would now rather have another lets go.

        A place that was freed keeps its price, for if it fell, all around would want it at once. What
        that may cost is in the certified gap.
        """
        needs = np.flatnonzero(holds != NOBODY)
        needs = needs[np.isfinite(pair_points(self.problem, needs, holds[needs]))]
        needs = needs[np.argsort(holds[needs], kind="stable")]
        self.places.raise_to(price)
        place, fits = self.places.first_of(holds[needs])
        self._give(needs[fits], holds[needs[fits]], place[fits])
        regretting = self._regretting()
        self.places.holder[self.place_of[regretting]] = NOBODY
        self.holds[regretting] = self.place_of[regretting] = NOBODY

    def _give(self, needs: Ints, offer: Ints, place: Ints) -> None:
        self.places.holder[place] = needs
        self.holds[needs], self.place_of[needs] = offer, place

    def _regretting(self) -> Ints:
        held = np.flatnonzero(self.holds != NOBODY)
        price = self.places.cheapest
        has = pair_points(self.problem, held, self.holds[held]) - price[self.holds[held]]
        best = best_after_price(self.problem, price)[held]
        regret: Ints = held[has < np.maximum(best, -self.problem.base[held]) - EPSILON - 1e-6]
        return regret

    def _lengths(self) -> Ints:
        lengths: Ints = np.diff(self.problem.starts)[self.problem.group]
        return lengths

    def _solution(self) -> Solution:
        held = np.flatnonzero(self.holds != NOBODY)
        worth = self.problem.base[held] + pair_points(self.problem, held, self.holds[held])
        value = float(worth.sum()) - self.places.opening_cost()
        bound = certified_bound(self.problem, self.places.cheapest)
        return Solution(self.holds, self.places.cheapest, value, bound, self.rounds)
