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

    def fill(self, offer: Ints, price: Floats) -> tuple[Ints, NDArray[np.bool_]]:
        """Give places to holders of before (sorted by offer) at these prices, cheapest place first."""
        rank = np.arange(len(offer)) - np.searchsorted(offer, offer)
        fits = rank < np.diff(self.first)[offer]
        place = np.where(fits, self.first[offer] + rank, NOBODY)
        held = place[fits]
        self.price[held] = np.maximum(price[offer[fits]], self.opening[held])
        self._find_cheapest(np.unique(offer))
        return place, fits

    def free(self, place: Ints) -> None:
        self.holder[place] = NOBODY
        self.price[place] = self.opening[place]
        self._find_cheapest(np.unique(np.searchsorted(self.first, place, side="right") - 1))

    def opening_cost(self) -> float:
        return float(self.opening[self.holder != NOBODY].sum())

    def _find_cheapest(self, offers: Ints) -> None:
        if len(offers):
            places, starts = spread(self.first[offers], np.diff(self.first)[offers])
            self.cheapest[offers] = np.minimum.reduceat(self.price[places], starts[:-1])
