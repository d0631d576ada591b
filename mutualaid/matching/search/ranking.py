"""The best offers of a need, exactly: as if all that fit had been scored, without scoring all (ADR 11)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from mutualaid import clock
from mutualaid.catalog.geo import FARTHEST_KM, HALF_AROUND_KM
from mutualaid.matching.models import current_points
from mutualaid.matching.scoring import Facts, Line, Points, score
from mutualaid.matching.search.asked import Background, asked_by, background_of
from mutualaid.matching.search.candidates import (
    ANYWHERE,
    EntriesInReach,
    Entry,
    Found,
    Ring,
    tie_break_rank,
)
from mutualaid.matching.search.invitation_history import Invitations
from mutualaid.notify.models import Preferences
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.models import Need

FIRST_BATCH = 64
"""How many of the most promising entries are scored at first."""
GROWTH = 8
"""So many times as many are scored up to the next look whether the best are certain."""
MOST_SCORED = 4_096
"""Free offers. Where thousands are alike, a longer search finds nothing better worth the wait."""
NEAR_KM = 8
"""Those who live so near are scored first: in a city they are nearly always enough."""
ROUNDING = 1e-9
"""What sums of the same points may differ by between the database and Python."""


@dataclass(frozen=True)
class Ranked:
    """An offer with its reasons; `rank` is the sum of their points, not rounded.

    `chosen` is None for whoever has the usual preferences.
    """

    offer_id: int
    rank: float
    facts: Facts
    lines: list[Line]
    past: Invitations
    chosen: Preferences | None


@dataclass(frozen=True)
class Best:
    """The best offers, best first, and how many fit among those that were scored."""

    offers: list[Ranked]
    candidates: int
    entries: EntriesInReach
    """Says who of them still fits at another moment."""


def best_offers(
    need: Need,
    most: int,
    *,
    without: frozenset[int] = frozenset(),
    only: User | None = None,
    points: Points | None = None,
    to_invite: Callable[[Ranked], bool] | None = None,
    now: datetime | None = None,
) -> Best:
    """The `most` best offers for `need`, those with an id in `without` left out; `only` of one person.

    With `to_invite`, which says who may be invited now, whoever heard of the need is left out, and as many of
    the next who may follow as there are among the best who may not. By the points in force, unless other
    `points` are given; `now` is the moment by the database's clock. The database hands out entries by the
    points that the index knows, those who live near first. The search ends once nothing that is still to come
    could be better than the worst of the best. What was proposed for the need is scored before it begins.
    """
    points, now, background = points or current_points(), now or clock.now(), background_of(need)
    offers = Offer.objects.filter(volunteer=only).values_list("pk", flat=True) if only else None
    asked = asked_by(
        need,
        background,
        points,
        now,
        without=without,
        only=offers,
        unheard=to_invite is not None,
    )
    may_be_invited = to_invite or (lambda _: True)
    search = _Search(need, background, points, EntriesInReach(asked), most, may_be_invited, now)
    search.score_proposed()
    rings = [Ring(-1, NEAR_KM), Ring(NEAR_KM, HALF_AROUND_KM)]
    for ring in [ANYWHERE] if need.category.remote_ok else rings:
        if search.least_bound() > _highest_bound_beyond(ring.beyond_km, points):
            break
        search.score_entries(ring)
    return Best(search.best, len(search.ranked), search.entries)


def _highest_bound_beyond(km: int, points: Points) -> float:
    """The most points that the index can know of an entry farther away than `km`."""
    near = points.near * min(1.0, 1 - km / FARTHEST_KM)
    category = max(points.exact_category, points.related_category)
    language = max(points.own_language, points.shared_language)
    return near + category + language + points.shared_time + points.confirmed


@dataclass
class _Search:
    """The offers scored so far for one need."""

    need: Need
    background: Background
    points: Points
    entries: EntriesInReach
    most: int
    may_be_invited: Callable[[Ranked], bool]
    now: datetime
    ranked: dict[int, Ranked] = field(default_factory=dict)
    best: list[Ranked] = field(default_factory=list)
    """The `most` best of those scored so far, best first, and whoever is invited instead of them."""

    def __post_init__(self) -> None:
        self.wanted = self.need.time_slots_that_count

    def score_proposed(self) -> None:
        """Score the offer that the last look at all needs proposes, wherever it is, if it still fits.

        No other has points for that, so the bounds of all others hold without them.
        """
        if self.background.proposed:
            self.score_batch(self.entries.of_offer(self.background.proposed))

    def score_entries(self, ring: Ring) -> None:
        """Score entries in the `ring`, the most promising first, until the best are certain."""
        start, stop = 0, FIRST_BATCH
        while True:
            at_least = self.least_bound()
            batch = self.entries.best_first(start, stop, ring=ring, at_least=at_least)
            self.score_batch(batch)
            is_all = len(batch) < stop - start
            is_enough = len(self.ranked) >= max(self.most, MOST_SCORED)
            if is_all or is_enough or self.is_settled(batch[-1].entry):
                return
            start, stop = stop, stop * GROWTH

    def score_batch(self, batch: list[Found]) -> None:
        """Score each offer that is new: also by how rested it is, and how wanted elsewhere."""
        for found in batch:
            pk = found.entry.offer_id
            if pk not in self.ranked:
                facts = self._facts(found)
                lines = score(facts, self.points)
                rank = sum(line["points"] for line in lines)
                self.ranked[pk] = Ranked(pk, rank, facts, lines, found.past, found.chosen)
        self.best = self._best_so_far()

    def is_settled(self, last: Entry) -> bool:
        """Whether nothing that comes after `last` belongs among the best.

        It can reach the points of `last` and those of rest; at just as many `tie_break_rank` decides.
        """
        worst = self._worst()
        if worst is None:
            return False
        ahead = worst.rank - (last.bound + self.points.rested)
        wins_ties = self._tie_break(worst.offer_id) <= self._tie_break(last.offer_id)
        return ahead > ROUNDING or (ahead > -ROUNDING and wins_ties)

    def least_bound(self) -> float:
        """The points that the index must know of an entry for it to belong among the best."""
        worst = self._worst()
        return worst.rank - self.points.rested - ROUNDING if worst else 0.0

    def _best_so_far(self) -> list[Ranked]:
        in_order = sorted(
            self.ranked.values(), key=lambda r: (-r.rank, self._tie_break(r.offer_id))
        )
        first, rest = in_order[: self.most], in_order[self.most :]
        others = filter(self.may_be_invited, rest)
        return [*first, *islice(others, self._passed_over(first))]

    def _worst(self) -> Ranked | None:
        """The last of the best; None while there are too few."""
        is_full = len(self.best) >= self.most + self._passed_over(self.best[: self.most])
        return self.best[-1] if self.best and is_full else None

    def _passed_over(self, ranked: list[Ranked]) -> int:
        return sum(not self.may_be_invited(one) for one in ranked)

    def _tie_break(self, offer: int) -> tuple[int, int]:
        return tie_break_rank(self.need.public_id, offer)

    def _facts(self, found: Found) -> Facts:
        entry, past = found.entry, found.past
        shared = _shared_languages(entry.speaks, self.background)
        return Facts(
            km=None if self.need.category.remote_ok else entry.km,
            reach_km=entry.reach_km,
            same_locality=entry.inside,
            same_category=entry.exact,
            languages=[self.background.languages[pk] for pk in shared],
            own_language=shared[0] in self.background.own,
            invitations_in_seven_days=past.week,
            days_since_invited=past.days_since(self.now),
            is_confirmed=entry.confirmed,
            is_kept=entry.offer_id == self.background.proposed,
            price=found.price,
            wanted_parts=self.wanted,
            free_parts=entry.week_parts,
        )


def _shared_languages(speaks: str, background: Background) -> list[int]:
    """Ids of the languages both speak, the neighbour's own first."""
    shared = [pk for pk in background.languages if f",{pk}," in speaks]
    return sorted(shared, key=lambda pk: pk not in background.own)
