"""Let the needs of a week arrive one by one, by the product's way and by two plain ones.

Every volunteer who is asked says yes, so that the choice is measured and not the answers. The functions for
prices, points, hold and the order of invitation are the product's own, on arrays that were read once, since
through models a week of 10,000 would take hours; `test_arriving.py` holds the choices against the models'.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mutualaid.matching.backlog.points import equity
from mutualaid.matching.backlog.problem import UNASSIGNED
from mutualaid.matching.backlog.solve import assign
from mutualaid.matching.outreach.acceptance import (
    Person,
    acceptance_factor,
    chance,
    whom_to_invite,
)
from mutualaid.matching.outreach.hold import CAN_WAIT, SHARE
from mutualaid.matching.scoring import STARTING, Facts
from mutualaid.matching.search.candidates import tie_break_rank
from tests.benchmarks.week import Week

PACE = 0.02
"""The share of arrivals after which the backlog is solved anew. The product does it every five minutes."""
SHORTLIST, RATE = 20, 0.1
"""`shortlist_size` and `base_acceptance_rate` of a new group's policy."""
OPEN_WEEKS = 2.0
"""How long a need without a day stays open, where its category says nothing else."""
LATEST = 100.0
"""Weeks after which no hold is left."""


@dataclass(frozen=True)
class Without:
    """What is switched off."""

    hold: bool = False
    proposals: bool = False
    equity: bool = False


class Product:
    """The product's way. `run` returns the offer of each need, (n_needs,), or UNASSIGNED."""

    def __init__(self, week: Week, without: Without = Without(), pace: float = PACE) -> None:
        self.week, self.without, self.pace = week, without, pace
        count = len(week.at)
        self.places = week.places.copy()
        self.offer_of = np.full(count, UNASSIGNED)
        self.proposed = np.full(count, UNASSIGNED)
        self.has_arrived = np.zeros(count, dtype=bool)
        self.price = np.zeros(len(self.places))
        self.coverage: dict[int, float] = {}
        self.waiting: list[int] = []
        self.solved = 0

    def run(self) -> Any:
        step = max(1, round(self.pace * len(self.week.arriving)))
        for number, need in enumerate(self.week.arriving.tolist()):
            now = float(self.week.at[need])
            if number % step == 0:
                self.solve(now)
                self.look_again(now)
            self.has_arrived[need] = True
            if not self.finds_someone(need, now):
                self.waiting.append(need)
        self.solve(1.0)
        self.look_again(1.0)
        self.look_again(LATEST)
        return self.offer_of

    def look_again(self, now: float) -> None:
        """At all that still wait, the most urgent and oldest first."""
        self.waiting.sort(key=lambda need: (-self.week.needs.urgency[need], self.week.at[need]))
        self.waiting = [need for need in self.waiting if not self.finds_someone(need, now)]

    def finds_someone(self, need: int, now: float) -> bool:
        """One look for a need. Of who is invited the first says yes."""
        offers, ranks, prices, kept = self.shortlist(need)
        is_free = ~self.held(need, now, ranks, prices, kept)
        people = {
            int(offers[n]): self.person(need, offers[n], prices[n], kept[n])
            for n in np.flatnonzero(is_free)
        }
        for offer in whom_to_invite(people, so_far=0.0, target=1e-9):
            self.places[offer] -= 1
            self.offer_of[need] = offer
        return bool(people)

    def shortlist(self, need: int) -> tuple[Any, Any, Any, Any]:
        """The best offers with a place left, best first: positions, ranks, prices, and which was proposed."""
        offers, points = self.week.scores(need)
        has_place = self.places[offers] > 0
        offers, points = offers[has_place], points[has_place]
        prices = np.floor(self.price[offers])
        kept = (offers == self.proposed[need]) & (not self.without.proposals)
        ranks = points - prices + STARTING.kept * kept
        worst = -np.sort(-ranks)[:SHORTLIST].min(initial=np.inf)
        pk, public_id = self.week.offers.pk[offers], self.week.public_ids[need]
        best = sorted(
            np.flatnonzero(ranks >= worst).tolist(),
            key=lambda n: (-ranks[n], tie_break_rank(public_id, int(pk[n]))),
        )[:SHORTLIST]
        return offers[best], ranks[best], prices[best], kept[best]

    def held(self, need: int, now: float, ranks: Any, prices: Any, kept: Any) -> Any:
        """Which of a short list wait back, as `outreach.hold` says."""
        needs = self.week.needs
        ends = self.week.at[need] + SHARE * OPEN_WEEKS
        if self.without.hold or needs.urgency[need] not in CAN_WAIT or ends <= now:
            return np.zeros(len(ranks), dtype=bool)
        worth = self.week.problem.base_points[need]
        worth += equity(needs.locality[[need]], self.coverage)[0]
        scores = np.round(ranks, 1)  # as a match has them
        return (scores + worth < 0) & (prices > 0) & ~kept

    def person(self, need: int, offer: int, price: float, kept: bool) -> Person:
        week, category = self.week, int(self.week.needs.category[need])
        is_remote = category in week.remote
        facts = Facts(
            km=None if is_remote else float(week.kilometres(need, offer)),
            reach_km=int(week.offers.reach_km[offer]),
            same_locality=False,
            same_category=bool(week.is_exact[category][offer]),
            languages=(),
            own_language=False,
            invitations_in_seven_days=0,
        )
        return Person(chance(RATE, acceptance_factor(facts), 0), 0, float(price), bool(kept))

    def solve(self, now: float) -> None:
        """A run of the backlog: what waits, and what is expected, leave prices and proposals."""
        if not self.without.equity:
            self.coverage = self.coverage_at(now)
        ids = self.week.needs.pk
        expected = np.concatenate([past[self.week.at[past] >= now] for past in self.week.past])
        self.price = self.prices_with(expected[ids[expected] % len(self.week.past) == 0]).round(1)

    def prices_with(self, expected: Any) -> Any:
        """Solve with these needs expected; keep the proposals, and return the price of each offer."""
        waiting = np.array(self.waiting, dtype=np.int64)
        needs = np.sort(np.concatenate([waiting, expected]))
        base = self.week.problem.base_points[needs]
        base = base + equity(self.week.needs.locality[needs], self.coverage)
        problem, left = self.week.problem_of(needs, self.places, base, self.proposed[needs])
        problem = self.opened(problem, left)
        solution, _ = assign(problem, self.price[left], cold=self.solved == 0)
        self.solved += 1
        found = solution.offer_of != UNASSIGNED
        self.proposed = np.full_like(self.proposed, UNASSIGNED)
        self.proposed[needs[found]] = left[solution.offer_of[found]]
        prices = np.zeros(len(self.places))
        prices[left] = solution.price + problem.offer_points
        return prices

    def opened(self, problem: Any, offers: Any) -> Any:
        """The problem as it is solved; `offers` are those in it."""
        return problem

    def coverage_at(self, now: float) -> dict[int, float]:
        """The share of the needs of the last 28 days that were taken on, by area."""
        week = self.week
        oldest = week.past[-1][week.at[week.past[-1]] >= now]
        recent = np.concatenate([np.flatnonzero(self.has_arrived), *week.past[:-1], oldest])
        is_met = (self.offer_of[recent] != UNASSIGNED) | week.met_before[recent]
        wanted = np.bincount(week.needs.locality[recent])
        met = np.bincount(week.needs.locality[recent], weights=is_met)
        return {pk: met[pk] / wanted[pk] for pk in np.flatnonzero(wanted).tolist()}


class FullWeeks(Product):
    """Not the product's way: each night the price of an offer is the mean of what each of the four past weeks
    would make of it, all its needs taken; by day it is where the price of that offer opens, and nothing else
    is expected."""

    reserve: Any = 0.0
    next_night: float = 0.0

    def solve(self, now: float) -> None:
        if now >= self.next_night:
            self.next_night = now + 1 / 7
            self.learn(now)
        super().solve(now)

    def learn(self, now: float) -> None:
        waiting, proposed, price = self.waiting, self.proposed, self.price
        self.waiting, self.reserve = [], np.zeros(len(self.places))
        prices = []
        for past in self.week.past:
            self.solved = 0  # from nothing: each week for itself
            prices.append(super().prices_with(past[self.week.at[past] >= now]))
        self.reserve = np.mean(prices, axis=0)
        self.waiting, self.proposed, self.price = waiting, proposed, price

    def prices_with(self, expected: Any) -> Any:
        self.solved = 0  # few wait, so from nothing is as fast
        return super().prices_with(expected[:0])

    def opened(self, problem: Any, offers: Any) -> Any:
        reserve = np.broadcast_to(self.reserve, len(self.places))[offers]
        return replace(problem, opening_price=problem.opening_price + reserve)


Measure = Callable[[int, Any, Any], Any]
"""Of a need, the offers that fit, and their points: how much it would rather have each."""


def first_come(week: Week, measure: Measure) -> Any:
    """Each need takes the offer it would rather have, of those with a place left; as `Product.run`."""
    places, offer_of = week.places.copy(), np.full(len(week.at), UNASSIGNED)
    for need in week.arriving.tolist():
        offers, points = week.scores(need)
        free = np.flatnonzero(places[offers] > 0)
        if len(free):
            chosen = offers[free[np.argmax(measure(need, offers, points)[free])]]
            places[chosen] -= 1
            offer_of[need] = chosen
    return offer_of


def nearest_first(week: Week) -> Any:
    return first_come(week, lambda need, offers, points: -week.kilometres(need, offers))


def best_score_first(week: Week) -> Any:
    return first_come(week, lambda need, offers, points: points)
