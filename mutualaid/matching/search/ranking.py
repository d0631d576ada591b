"""The best offers of a need, exactly: as if all that fit had been scored, without scoring all (ADR 11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Max, Q

from mutualaid import clock
from mutualaid.catalog.distances import FARTHEST_KM
from mutualaid.catalog.geo import HALF_AROUND_KM
from mutualaid.matching.models import Match, Proposal, current_points
from mutualaid.matching.scoring import NO_PRICE, Facts, Line, Points, Price, score
from mutualaid.matching.search.candidates import (
    ANYWHERE,
    EntriesInReach,
    Entry,
    Languages,
    Ring,
    free_offers,
    languages_of,
    tie_break_rank,
)
from mutualaid.matching.search.prices import prices_of
from mutualaid.people.models import User
from requests_app.access.exclusions import people_kept_from
from requests_app.models import Need

FIRST_BATCH = 64
"""How many of the most promising entries are scored at first; four times as many each time after."""
MOST_SCORED = 4_096
"""Free offers. Where thousands are alike, a longer search finds nothing better worth the wait."""
NEAR_KM = 8
"""Those who live so near are scored first: in a city they are nearly always enough."""
ROUNDING = 1e-9
"""What sums of the same points may differ by between the database and Python."""

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


class Invitations(NamedTuple):
    """How many one offer had in the last seven days and the last 24 hours, and the last one ever."""

    week: int = 0
    day: int = 0
    last: datetime | None = None

    def days_since(self, now: datetime) -> int | None:
        """Whole days since the last one; None if there was none."""
        return (now - self.last).days if self.last else None


NEVER = Invitations()


@dataclass(frozen=True)
class Ranked:
    """An offer with its reasons; `rank` is the sum of their points, not rounded."""

    offer_id: int
    rank: float
    facts: Facts
    lines: list[Line]
    past: Invitations


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
) -> Best:
    """The `most` best offers for `need`, those with an id in `without` left out; `only` of one person.

    By the points in force, unless other `points` are given. The database hands out entries by the points
    that the index knows, those who live near first. The search ends once nothing that is still to come
    could be better than the worst of the best. What was proposed for the need is scored before it begins.
    """
    points = points or current_points()
    search = _Search(need, languages_of(need), points, without=without, only=only)
    search.score_proposed()
    rings = [Ring(-1, NEAR_KM), Ring(NEAR_KM, HALF_AROUND_KM)]
    for ring in [ANYWHERE] if need.category.remote_ok else rings:
        if search.least_bound(most) > _highest_bound_beyond(ring.beyond_km, points):
            break
        search.score_entries(ring, most)
    return Best(search.best(most), len(search.ranked), search.entries)


def _highest_bound_beyond(km: int, points: Points) -> float:
    """The most points that the index can know of an entry farther away than `km`."""
    near = points.near * min(1.0, 1 - km / FARTHEST_KM)
    category = max(points.exact_category, points.related_category)
    language = max(points.own_language, points.shared_language)
    return near + category + language + points.shared_time + points.confirmed


class _Search:
    """The offers scored so far for one need."""

    def __init__(
        self,
        need: Need,
        languages: Languages,
        points: Points,
        *,
        without: Iterable[int],
        only: User | None,
    ) -> None:
        self.need, self.languages, self.points = need, languages, points
        kept_from = set(people_kept_from(need.ask).values_list("pk", flat=True))
        among = free_offers(need, kept_from)
        self.entries = EntriesInReach(
            need, languages, points, among=among, without=without, only=only
        )
        self.now = clock.now()
        proposal = Proposal.objects.fresh().filter(need=need).first()
        self.proposed = proposal and proposal.offer_id
        self.seen: set[int] = set()
        self.ranked: list[Ranked] = []

    def score_proposed(self) -> None:
        """Score the offer that the last look at all needs proposes, wherever it is, if it still fits.

        No other has points for that, so the bounds of all others hold without them.
        """
        if self.proposed:
            self.score_batch(self.entries.of_offer(self.proposed))

    def score_entries(self, ring: Ring, most: int) -> None:
        """Score entries in the `ring`, the most promising first, until the `most` best are certain."""
        at_least = self.least_bound(most)
        start, stop = 0, FIRST_BATCH
        while True:
            batch = self.entries.best_first(start, stop, ring=ring, at_least=at_least)
            self.score_batch(batch)
            is_all = len(batch) < stop - start
            is_enough = len(self.ranked) >= max(most, MOST_SCORED)
            if is_all or is_enough or self.is_settled(most, batch[-1]):
                return
            start, stop = stop, stop * 4

    def score_batch(self, batch: list[Entry]) -> None:
        """Score each offer that is new: also by how rested it is, and how wanted elsewhere."""
        fresh: dict[int, Entry] = {}
        for entry in batch:
            if entry.offer_id not in self.seen:
                fresh.setdefault(entry.offer_id, entry)
        if not fresh:
            return
        self.seen |= fresh.keys()
        past = invitations_of(fresh, self.now)
        prices = prices_of({pk: entry.free for pk, entry in fresh.items()}, beside=self.need)
        for pk, entry in fresh.items():
            invitations = past.get(pk, NEVER)
            facts = self._facts(entry, invitations, prices.get(pk, NO_PRICE))
            lines = score(facts, self.points)
            rank = sum(line["points"] for line in lines)
            self.ranked.append(Ranked(pk, rank, facts, lines, invitations))

    def is_settled(self, most: int, last: Entry) -> bool:
        """Whether nothing that comes after `last` belongs among the best.

        It can reach the points of `last` and those of rest; at just as many `tie_break_rank` decides.
        """
        best = self.best(most)
        if len(best) < most:
            return False
        ahead = best[-1].rank - (last.bound + self.points.rested)
        wins_ties = self._tie_break(best[-1].offer_id) <= self._tie_break(last.offer_id)
        return ahead > ROUNDING or (ahead > -ROUNDING and wins_ties)

    def least_bound(self, most: int) -> float:
        """The points that the index must know of an entry for it to belong among the best."""
        best = self.best(most)
        return best[-1].rank - self.points.rested - ROUNDING if len(best) == most else 0.0

    def best(self, most: int) -> list[Ranked]:
        """The `most` best of those scored so far, best first."""
        in_order = sorted(self.ranked, key=lambda r: (-r.rank, self._tie_break(r.offer_id)))
        return in_order[:most]

    def _tie_break(self, offer: int) -> tuple[int, int]:
        return tie_break_rank(self.need.public_id, offer)

    def _facts(self, entry: Entry, past: Invitations, price: Price) -> Facts:
        shared = _shared_languages(entry.speaks, self.languages)
        return Facts(
            km=None if self.need.category.remote_ok else entry.km,
            reach_km=entry.reach_km,
            same_locality=entry.inside,
            same_category=entry.exact,
            languages=[self.languages.names[pk] for pk in shared],
            own_language=shared[0] in self.languages.own,
            invitations_in_seven_days=past.week,
            days_since_invited=past.days_since(self.now),
            is_confirmed=entry.confirmed,
            is_kept=entry.offer_id == self.proposed,
            price=price,
            wanted_parts=self.need.time_slots_that_count,
            free_parts=entry.week_parts,
        )


def _shared_languages(speaks: str, languages: Languages) -> list[int]:
    """Ids of the languages both speak, the neighbour's own first."""
    shared = [pk for pk in languages.names if f",{pk}," in speaks]
    return sorted(shared, key=lambda pk: pk not in languages.own)


def invitations_of(offers: Iterable[int], now: datetime) -> dict[int, Invitations]:
    """The past of each of these offers that was ever invited, by its id, in one query."""
    past = Match.objects.filter(offer__in=list(offers), invited_at__isnull=False).order_by()
    counted = past.values("offer").annotate(
        week=Count("pk", filter=Q(invited_at__gt=now - WEEK)),
        day=Count("pk", filter=Q(invited_at__gt=now - DAY)),
        last=Max("invited_at"),
    )
    return {row["offer"]: Invitations(row["week"], row["day"], row["last"]) for row in counted}
