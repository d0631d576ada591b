"""Let the needs of a week arrive one by one, by the product's way and by two plain ones.

Every volunteer who is asked says yes, so that the choice is measured and not the answers. The functions for
prices, points, hold and the order of invitation are the product's own, on arrays that were read once, since
through models a week of 10,000 would take hours; `test_arriving.py` holds the choices against the models'.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mutualaid.matching.backlog.points import equity
from mutualaid.matching.backlog.problem import UNASSIGNED
from mutualaid.matching.backlog.solve import assign, learn_reserve
from mutualaid.matching.outreach.acceptance import (
    Person,
    acceptance_factor,
    chance,
    whom_to_invite,
)
from mutualaid.matching.outreach.pacing import CAN_WAIT, SHARE
from mutualaid.matching.scoring import STARTING, Facts
from mutualaid.matching.search.candidates import tie_break_rank
from tests.benchmarks.week import Week

PACE = 0.02
"""The share of arrivals after which the backlog is solved anew. The product does it every five minutes."""
NIGHTLY = 1 / 7
"""Of a week: from one night to the next."""
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
        self.reserve = np.zeros(len(self.places))
        self.next_night = 0.0

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
        """Which of a short list wait back, as `outreach.pacing` says."""
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
        """A run of the backlog: what waits leaves prices and proposals; at night past weeks a reserve."""
        if not self.without.equity:
            self.coverage = self.coverage_at(now)
        is_night = now >= self.next_night
        if is_night:
            self.next_night = now + NIGHTLY
            self.reserve = self.learnt(now)
        needs = np.sort(np.array(self.waiting, dtype=np.int64))
        problem, left = self.problem_of(needs, self.proposed[needs], self.reserve)
        solution, _ = assign(problem, self.price[left], cold=is_night)
        found = solution.offer_of != UNASSIGNED
        self.proposed = np.full_like(self.proposed, UNASSIGNED)
        self.proposed[needs[found]] = left[solution.offer_of[found]]
        self.price = np.zeros(len(self.places))
        self.price[left] = (solution.price + problem.offer_points).round(1)

    def learnt(self, now: float) -> Any:
        """The reserve of each offer, (n_offers,)."""
        none = np.zeros(len(self.places))
        weeks = []
        for past in self.week.past:
            needs = np.sort(past[self.week.at[past] >= now])
            problem, left = self.problem_of(needs, np.full(len(needs), UNASSIGNED), none)
            weeks.append(problem)
        reserve = np.zeros(len(self.places))
        reserve[left] = learn_reserve(weeks, len(left))
        return reserve

    def problem_of(self, needs: Any, proposed: Any, reserve: Any) -> tuple[Any, Any]:
        """As `Week.problem_of`, with the places and the equity of now."""
        base = self.week.problem.base_points[needs]
        base = base + equity(self.week.needs.locality[needs], self.coverage)
        return self.week.problem_of(needs, self.places, base, proposed, reserve)

    def coverage_at(self, now: float) -> dict[int, float]:
        """The share of the needs of the last 28 days that were taken on, by area."""
        week = self.week
        oldest = week.past[-1][week.at[week.past[-1]] >= now]
        recent = np.concatenate([np.flatnonzero(self.has_arrived), *week.past[:-1], oldest])
        is_met = (self.offer_of[recent] != UNASSIGNED) | week.met_before[recent]
        wanted = np.bincount(week.needs.locality[recent])
        met = np.bincount(week.needs.locality[recent], weights=is_met)
        return {pk: met[pk] / wanted[pk] for pk in np.flatnonzero(wanted).tolist()}


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
