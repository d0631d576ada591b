"""Solve the whole backlog: which offer is proposed for which need, and what each offer is worth."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from mutualaid.matching.backlog.arrays import WEEKS_AHEAD, NeedArrays, OfferArrays, positions
from mutualaid.matching.backlog.auction import Auction, solve_from_nothing
from mutualaid.matching.backlog.category_rules import read_category_rules
from mutualaid.matching.backlog.geography import read_areas
from mutualaid.matching.backlog.kept.keeper import Keeper
from mutualaid.matching.backlog.kept.pairs import Ground, KeptPairs
from mutualaid.matching.backlog.load import coverage_by_locality, read_past_weeks
from mutualaid.matching.backlog.points import need_points, offer_points
from mutualaid.matching.backlog.problem import (
    LOAD_STEP,
    PRICE_DECIMALS,
    UNASSIGNED,
    Floats,
    Ints,
    Problem,
    Solution,
)
from mutualaid.matching.models import current_points
from mutualaid.matching.models.backlog import GOOD_ENOUGH

LEARN_SECONDS = 40.0
"""No further past week is begun after this, so that enough is left for the open needs; see `RUN_SECONDS`."""

Tick = Callable[[], None]


@dataclass(frozen=True)
class LastResult:
    """What the last run left behind, by ids."""

    proposals: Mapping[int, int]
    """Need → offer."""
    prices: Mapping[int, float]
    """Offer → points."""
    reserves: Mapping[int, float] = field(default_factory=dict)
    """Offer → points."""


@dataclass(frozen=True)
class Outcome:
    needs: NeedArrays
    offers: OfferArrays
    problem: Problem
    solution: Solution
    cold: bool
    """Whether it was solved from nothing in the end."""

    def proposals(self) -> dict[int, int]:
        """Return the offer for each need that got one, by ids.

        Of a need for several helpers only the first seat's: the others only count for the prices.
        """
        seats = np.flatnonzero(self.solution.offer_of != UNASSIGNED)[::-1]
        needs = self.needs.pk[self.needs.seats[seats]]
        offers = self.offers.pk[self.solution.offer_of[seats]]
        return dict(zip(needs.tolist(), offers.tolist(), strict=True))

    def prices(self) -> dict[int, tuple[float, float]]:
        """Return price and reserve in points of each offer with a place left this week, by id."""
        is_now = self.offers.week == 0
        price = (self.solution.price + self.problem.offer_points)[is_now].round(PRICE_DECIMALS)
        both = zip(price.tolist(), self.problem.reserve[is_now].tolist(), strict=True)
        return dict(zip(self.offers.pk[is_now].tolist(), both, strict=True))

    def matches(self) -> int:
        """Count the helpers found."""
        return self.solution.matches


def solve(
    now: datetime,
    last: LastResult,
    *,
    cold: bool,
    tick: Tick = lambda: None,
    keeper: Keeper | None = None,
) -> Outcome:
    """Read everything and solve it, from nothing (`cold`) or from where the last run ended.

    `keeper` has what this process kept of the last run; a cold run forgets it first, and learns from past
    weeks anew what offers open at.
    `tick` is called again and again, and may raise to stop; what it raises is let through.
    """
    keeper = keeper or Keeper()
    if cold:
        keeper.forget()
    needs, offers = keeper.read(now)
    tick()
    coverage = coverage_by_locality(now)
    reserve = _of_this_week(offers, last.reserves)
    if cold:
        is_now = offers.week == 0
        now_free = offers.only(np.flatnonzero(is_now))
        past = (build(week, now_free, coverage, {}) for week in read_past_weeks(now))
        reserve[is_now] = learn_reserve(past, len(now_free.pk), tick)
    problem = build(needs, offers, coverage, last.proposals, keeper.pairs, reserve=reserve)
    tick()
    prices = _of_this_week(offers, last.prices)
    solution, cold = assign(problem, prices, cold=cold, tick=tick)
    return Outcome(needs, offers, *limit_at_once(problem, solution, offers, tick), cold)


def limit_at_once(
    problem: Problem, solution: Solution, offers: OfferArrays, tick: Tick
) -> tuple[Problem, Solution]:
    """Take the places of later weeks that exceed what volunteers may hold, and let whoever had them bid on.

    So no one is proposed for more than they may hold at once, in all weeks together (ADR 92).

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


def learn_reserve(weeks: Iterable[Problem], n_offers: int, tick: Tick = lambda: None) -> Floats:
    """Return how much above its opening price each offer ends, (n_offers,), in the mean of these weeks.

    Each is solved for itself, from nothing, without a reserve. Weeks that are not begun within
    `LEARN_SECONDS` do not count; without any it is 0.
    """
    began, margins = time.monotonic(), []
    for week in weeks:
        solution, _ = assign(week, np.zeros(n_offers), cold=True, tick=tick)
        margins.append(solution.price - week.opening_price)
        if time.monotonic() - began > LEARN_SECONDS:
            break
    reserve: Floats = (
        np.mean(margins, axis=0).round(PRICE_DECIMALS) if margins else np.zeros(n_offers)
    )
    return reserve


def assign(
    problem: Problem, prices: Floats, *, cold: bool, tick: Tick = lambda: None
) -> tuple[Solution, bool]:
    """Solve the problem, from nothing (`cold`) or from its proposals and these `prices`, (n_offers,).

    Returns the solution, and whether it was solved from nothing in the end.
    """
    if not cold:
        auction = Auction(problem, tick)
        auction.start_from(problem.proposed, prices - problem.offer_points)
        solution = auction.solve()
        if solution.gap > GOOD_ENOUGH:
            solution = auction.let_places_bid()
        if solution.gap <= GOOD_ENOUGH:
            return solution, False
    return solve_from_nothing(problem, tick), True


def build(
    needs: NeedArrays,
    offers: OfferArrays,
    coverage: Mapping[int, float],
    proposals: Mapping[int, int],
    kept: KeptPairs | None = None,
    *,
    reserve: Floats | None = None,
) -> Problem:
    """Join needs and offers into an assignment problem.

    `coverage` is as of `points.equity`, `proposals` of the last run, need → offer by ids, `kept` is what this
    process has kept of the last run's pairs, and `reserve` as of `Problem`, or none.
    """
    kept = kept or KeptPairs()
    reserve = np.zeros(len(offers.pk)) if reserve is None else reserve
    ground = Ground(read_category_rules(), read_areas(), current_points())
    groups, pairs = kept.join(needs, offers, ground)
    worth = offer_points(ground.points, offers.recent_invitations, offers.confirmed)
    seats = needs.seats
    base_points = need_points(needs.urgency, needs.waited_hours, needs.locality, coverage)
    return Problem(
        starts=pairs.starts,
        offer=pairs.offer,
        points=pairs.points,
        most_cut=pairs.most_cut,
        group=groups.of_need[seats],
        base_points=base_points[seats],
        places=offers.places,
        opening_price=LOAD_STEP * offers.taken + reserve - worth,
        reserve=reserve,
        offer_points=worth,
        proposed=_proposed_offers(needs, offers, proposals),
    )


def _proposed_offers(needs: NeedArrays, offers: OfferArrays, proposals: Mapping[int, int]) -> Ints:
    """The position of each seat's proposed offer, (n_seats,); of a need only its first seat has one."""
    seats = needs.seats
    ids = np.array(
        [proposals.get(pk, UNASSIGNED) for pk in needs.pk[seats].tolist()], dtype=np.int64
    )
    ids[1:][seats[1:] == seats[:-1]] = UNASSIGNED
    position, exists = positions(
        ids * WEEKS_AHEAD + needs.week[seats], offers.pk * WEEKS_AHEAD + offers.week
    )
    return np.where(exists, position, UNASSIGNED)


def _of_this_week(offers: OfferArrays, points: Mapping[int, float]) -> Floats:
    """(n_offers,); what is missing or no number is 0, and that of a later week, for none is kept."""
    known = np.array([points.get(pk, 0.0) for pk in offers.pk.tolist()], dtype=float)
    usable: Floats = np.nan_to_num(known, nan=0.0, posinf=0.0, neginf=0.0)
    return np.where(offers.week == 0, usable, 0.0)
