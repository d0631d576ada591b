"""From rows to a solution: who is proposed for which need, and what each offer is worth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from mutualaid.matching.backlog.arrays import NeedRows, OfferRows, positions
from mutualaid.matching.backlog.auction import Auction
from mutualaid.matching.backlog.category_rules import read_kinds
from mutualaid.matching.backlog.geography import read_geography
from mutualaid.matching.backlog.groups import group_alike
from mutualaid.matching.backlog.load import coverage_by_locality, read_needs, read_offers
from mutualaid.matching.backlog.offer_pool import OfferPool
from mutualaid.matching.backlog.pairs import join
from mutualaid.matching.backlog.points import need_points
from mutualaid.matching.backlog.problem import LOAD_STEP, NOBODY, Floats, Ints, Problem, Solution
from mutualaid.matching.models import current_points

GOOD_ENOUGH = 0.002
"""A certified gap above this after a warm start is not kept: it is solved anew from nothing."""

Tick = Callable[[], None]


@dataclass(frozen=True)
class Standing:
    """What the last run left behind, by ids: the offer proposed for a need, the price of an offer."""

    proposals: Mapping[int, int]
    prices: Mapping[int, float]


@dataclass(frozen=True)
class Outcome:
    needs: NeedRows
    offers: OfferRows
    problem: Problem
    solution: Solution
    cold: bool

    def proposals(self) -> dict[int, int]:
        """The offer for each need that got one, by ids; expected needs are among them.

        A need for several has its first one here: all of them count for the prices.
        """
        held = np.flatnonzero(self.solution.holds != NOBODY)[::-1]
        needs = self.needs.pk[self.needs.seats[held]]
        offers = self.offers.pk[self.solution.holds[held]]
        return dict(zip(needs.tolist(), offers.tolist(), strict=True))

    def prices(self) -> dict[int, float]:
        """Points for each offer with a place left, by id."""
        points = self.solution.price.round(1).tolist()
        return dict(zip(self.offers.pk.tolist(), points, strict=True))

    def matches(self) -> int:
        """How many of the helpers that are really looked for were found."""
        is_open = ~self.needs.expected[self.needs.seats]
        return int(((self.solution.holds != NOBODY) & is_open).sum())


def solve(now: datetime, standing: Standing, *, cold: bool, tick: Tick = lambda: None) -> Outcome:
    """Read everything and solve it, from nothing (`cold`) or from where the last run ended.

    `tick` is called again and again, and may raise to stop.
    """
    needs, offers = read_needs(now), read_offers(now)
    tick()
    problem = build(needs, offers, coverage_by_locality(now), standing.proposals)
    tick()
    if not cold:
        auction = Auction(problem, tick)
        auction.start_from(problem.kept, _known_prices(offers.pk, standing.prices))
        solution = auction.solve()
        if solution.gap <= GOOD_ENOUGH:
            return Outcome(needs, offers, problem, solution, cold=False)
    return Outcome(needs, offers, problem, Auction(problem, tick).solve(), cold=True)


def build(
    needs: NeedRows,
    offers: OfferRows,
    coverage: Mapping[int, float],
    proposals: Mapping[int, int],
) -> Problem:
    kinds = read_kinds()
    remote = np.array([pk for pk, kind in kinds.items() if kind.remote_ok], dtype=np.int64)
    groups = group_alike(needs, remote, offers.refusals.locality)
    ground = OfferPool.of(offers, read_geography(), current_points())
    pairs = join(groups, needs, ground, kinds)
    seats = needs.seats
    return Problem(
        starts=pairs.starts,
        offer=pairs.offer,
        points=pairs.points,
        group=groups.of_need[seats],
        base=need_points(needs, coverage)[seats],
        places=offers.places,
        opening=LOAD_STEP * offers.taken.astype(np.float64),
        kept=_kept(needs.pk[seats], offers.pk, proposals),
    )


def _kept(needs: Ints, offers: Ints, proposals: Mapping[int, int]) -> Ints:
    """The proposal of a need stands for the first of its helpers."""
    wanted = np.array([proposals.get(pk, NOBODY) for pk in needs.tolist()], dtype=np.int64)
    wanted[1:][needs[1:] == needs[:-1]] = NOBODY
    place, known = positions(wanted, offers)
    return np.where(known, place, NOBODY)


def _known_prices(offers: Ints, prices: Mapping[int, float]) -> Floats:
    """A price that is missing or no number counts as none."""
    points = np.array([prices.get(pk, 0.0) for pk in offers.tolist()], dtype=float)
    known: Floats = np.nan_to_num(points, nan=0.0, posinf=0.0, neginf=0.0)
    return known
