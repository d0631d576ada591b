"""The places of all offers in one row: what each costs now, and which need holds it."""

import numpy as np
from numpy.typing import NDArray

from mutualaid.matching.backlog.problem import LOAD_STEP, NOBODY, Floats, Ints, spread

EPSILON = 1.0
"""Points by which a bid rises at least. No need ends more than this below the best it could have."""


class Places:
    """Place n of an offer opens `LOAD_STEP` points above place n - 1."""

    def __init__(self, places: Ints, opening: Floats) -> None:
        self.first = np.concatenate([[0], np.cumsum(places)])
        number = np.arange(self.first[-1]) - np.repeat(self.first[:-1], places)
        self.opening = np.repeat(opening, places) + LOAD_STEP * number
        self.price = self.opening.copy()
        self.holder = np.full(self.first[-1], NOBODY)
        self.cheapest = opening.copy()

    def sell(self, offer: Ints, bid: Floats) -> tuple[NDArray[np.bool_], Ints]:
        """The highest bids for an offer get its cheapest places. Returns who won, and which place."""
        order = np.lexsort((-bid, offer))
        asked, begins = np.unique(offer[order], return_index=True)
        places, starts = spread(self.first[asked], np.diff(self.first)[asked])
        owner = np.repeat(np.arange(len(asked)), np.diff(starts))
        places = places[np.lexsort((self.price[places], owner))]
        which = np.searchsorted(asked, offer[order])
        rank = np.arange(len(order)) - begins[which]
        in_reach = rank < np.diff(starts)[which]
        place = np.full(len(offer), NOBODY)
        place[order[in_reach]] = places[starts[which[in_reach]] + rank[in_reach]]
        step = np.where(self.holder[place] == NOBODY, 0.0, EPSILON / 2)
        won = (place != NOBODY) & (bid >= self.price[place] + step)
        self.price[place[won]] = bid[won]
        self._find_cheapest(asked)
        return won, place

    def raise_to(self, price: Floats) -> None:
        """Let no place cost less than its offer did before."""
        self.price = np.maximum(self.opening, np.repeat(price, np.diff(self.first)))
        self._find_cheapest(np.arange(len(price)))

    def first_of(self, offer: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """For each of these offers, sorted, one of its places, the first ones first, while there are."""
        rank = np.arange(len(offer)) - np.searchsorted(offer, offer)
        fits = rank < np.diff(self.first)[offer]
        return np.where(fits, self.first[offer] + rank, NOBODY), fits

    def opening_cost(self) -> float:
        return float(self.opening[self.holder != NOBODY].sum())

    def _find_cheapest(self, offers: Ints) -> None:
        if len(offers):
            places, starts = spread(self.first[offers], np.diff(self.first)[offers])
            self.cheapest[offers] = np.minimum.reduceat(self.price[places], starts[:-1])
