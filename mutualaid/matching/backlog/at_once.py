"""No one is proposed for more than they may hold at once, in all weeks together (ADR 92)."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mutualaid.matching.backlog.arrays import OfferArrays
from mutualaid.matching.backlog.auction import Auction
from mutualaid.matching.backlog.problem import UNASSIGNED, Ints, Problem, Solution


def limit_at_once(
    problem: Problem, solution: Solution, offers: OfferArrays, tick: Callable[[], None]
) -> tuple[Problem, Solution]:
    """Take the places of later weeks that exceed what volunteers may hold, and let whoever had them bid on.

    Returns the problem with the places that are left, and its solution. Lets through what `tick` raises.
    """
    while (places := _places_within(problem.places, solution.offer_of, offers)) is not None:
        problem = replace(problem, places=places)
        auction = Auction(problem, tick)
        auction.start_from(solution.offer_of, solution.price)
        solution = auction.solve()
    return problem, solution


def _places_within(places: Ints, offer_of: Ints, offers: OfferArrays) -> Ints | None:
    """(n_offers,); nearer weeks come first. None where no one has more than they may hold."""
    held = np.bincount(offer_of[offer_of != UNASSIGNED], minlength=len(places))
    until_then = np.cumsum(held) - held
    nearest = np.searchsorted(offers.pk, offers.pk)
    left = np.maximum(offers.at_once - (until_then - until_then[nearest]), 0)
    return np.minimum(places, left) if (held > left).any() else None
