"""A week of needs that come one by one, and the four before it, as arrays. Import after Django's setup."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
from django.utils import timezone

from mutualaid.catalog.time_slots import within
from mutualaid.local_time import this_week
from mutualaid.matching.backlog.category_rules import read_category_rules
from mutualaid.matching.backlog.geography import geography_of, read_areas
from mutualaid.matching.backlog.load import WEEKS, read_needs, read_offers
from mutualaid.matching.backlog.problem import UNASSIGNED, Problem, expand_ranges
from mutualaid.matching.backlog.solve import assign, build
from requests_app.models import Need
from requests_app.states import Urgency

MOST_FORECAST = 1.3
"""How many times as many needs as this week has there may have been in one of the weeks before."""


@dataclass(frozen=True)
class Week:
    """Needs and offers are positions in the arrays of `problem`; each need wants one helper."""

    needs: Any
    offers: Any
    problem: Problem
    km: Any
    """(n_areas, n_offers): how far the nearest area of each offer is on the whole."""
    area: Any
    """(n_needs,): the row of `km` of each."""
    is_exact: dict[int, Any]
    """For each category of a need, (n_offers,): whether an offer names it itself."""
    remote: set[int]
    public_ids: list[Any]
    at: Any
    """(n_needs,): when in its week each is asked, 0 to 1."""
    arriving: Any
    """In the order in which they are asked."""
    past: list[Any]
    """The needs of each of the four weeks before, in the order in which they were asked."""
    places: Any
    """(n_offers,): 0 for an offer that is not there."""

    def of(self, offers: int, forecast: float) -> "Week":
        """The same with the first `offers` only, and `forecast` needs in a past week for each of this one."""
        count = round(forecast * len(self.arriving))
        past = [
            np.sort(np.random.default_rng(0).permutation(len(week))[:count]) for week in self.past
        ]
        return replace(
            self,
            past=[week[kept] for week, kept in zip(self.past, past, strict=True)],
            places=np.where(np.arange(len(self.places)) < offers, self.places, 0),
        )

    def scores(self, need: int) -> tuple[Any, Any]:
        """The offers that fit, and the points of each without a price."""
        group = self.problem.group[need]
        pairs = slice(self.problem.starts[group], self.problem.starts[group + 1])
        offers = self.problem.offer[pairs].astype(np.int64)
        return offers, self.problem.points[pairs] + self.problem.offer_points[offers]

    def kilometres(self, need: int, offers: Any) -> Any:
        return self.km[self.area[need]][offers]

    @cached_property
    def met_before(self) -> Any:
        """(n_needs,): which of the past were taken on: in each week as many as could be, the best ones."""
        met = np.zeros(len(self.at), dtype=bool)
        for week in self.past:
            needs = np.sort(week)
            base, none = self.problem.base_points[needs], np.full(len(needs), UNASSIGNED)
            free = np.zeros(len(self.places))
            problem, left = self.problem_of(needs, self.places, base, none, free)
            solution, _ = assign(problem, np.zeros(len(left)), cold=True)
            met[needs] = solution.offer_of != UNASSIGNED
        return met

    def problem_of(
        self, needs: Any, places: Any, base_points: Any, proposed: Any, reserve: Any
    ) -> tuple[Problem, Any]:
        """What the backlog solves for these needs (ascending), and the offers with places left in it."""
        whole = self.problem
        used, group = np.unique(whole.group[needs], return_inverse=True)
        length = np.diff(whole.starts)[used]
        pairs = expand_ranges(whole.starts[used], length)[0]
        is_left = places[whole.offer[pairs]] > 0
        counts = np.bincount(np.repeat(np.arange(len(used)), length)[is_left], minlength=len(used))
        left = np.flatnonzero(places > 0)
        position = np.full(len(places) + 1, UNASSIGNED)  # the last one is that of no offer
        position[left] = np.arange(len(left))
        problem = Problem(
            starts=np.concatenate([[0], np.cumsum(counts)]),
            offer=position[whole.offer[pairs[is_left]]].astype(np.int32),
            points=whole.points[pairs[is_left]],
            most_cut=np.full(len(used), -np.inf),
            group=group,
            base_points=base_points,
            places=places[left],
            opening_price=whole.opening_price[left] + reserve[left],
            reserve=reserve[left],
            offer_points=whole.offer_points[left],
            proposed=position[proposed],
        )
        return problem, left


def read_week(count: int, seed: int) -> Week:
    """Take `count` open needs of the database as those of one week, the others as four weeks before it."""
    now, rng = timezone.now(), np.random.default_rng(seed)
    needs, offers = read_needs(now), read_offers(now)
    order, at = rng.permutation(len(needs.pk)), rng.random(len(needs.pk))
    size = (len(needs.pk) - count) // WEEKS
    weeks = [order[:count], *(order[count + n * size :][:size] for n in range(WEEKS))]
    arriving, *past = (week[np.argsort(at[week])] for week in weeks)
    needs = replace(
        needs,
        week_parts=_week_parts(needs, arriving, at),
        waited_hours=np.zeros(len(needs.pk)),
    )
    areas = np.unique(needs.locality)
    ids = dict(Need.objects.values_list("pk", "public_id"))
    return Week(
        needs=needs,
        offers=offers,
        problem=build(needs, offers, {}, {}),
        km=_kilometres(areas, offers),
        area=np.searchsorted(areas, needs.locality),
        is_exact={pk: _offers_of(pk, offers) for pk in np.unique(needs.category).tolist()},
        remote={pk for pk, rule in read_category_rules().items() if rule.remote_ok},
        public_ids=[ids[pk] for pk in needs.pk.tolist()],
        at=at,
        arriving=arriving,
        past=past,
        places=offers.places,
    )


def _week_parts(needs: Any, arriving: Any, at: Any) -> Any:
    """The parts of the week of each need: of what is needed today, those of the day on which it is asked."""
    rows = dict(Need.objects.values_list("pk", "week_parts"))
    parts = np.array([rows[pk] for pk in needs.pk.tolist()])
    for need in arriving[needs.urgency[arriving] == Urgency.CRITICAL].tolist():
        day = this_week() + timedelta(days=int(7 * at[need]))
        parts[need] = within(int(parts[need]), day, day)
    return parts


def _kilometres(areas: Any, offers: Any) -> Any:
    geography = geography_of(read_areas(), np.union1d(areas, offers.localities.target))
    to = geography.positions(offers.localities.target)
    km = np.full((len(areas), len(offers.pk)), np.inf)
    for row, area in enumerate(geography.positions(areas)):
        np.minimum.at(km[row], offers.localities.owner, geography.km[area, to])
    return km


def _offers_of(category: int, offers: Any) -> Any:
    names_it = np.zeros(len(offers.pk), dtype=bool)
    names_it[offers.categories.owner[offers.categories.target == category]] = True
    return names_it
