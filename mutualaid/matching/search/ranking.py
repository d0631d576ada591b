"""The best offers of a need, exactly: as if all that fit had been scored, without scoring all."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from mutualaid.catalog.distances import FARTHEST_KM
from mutualaid.matching.models import OfferIndexEntry, current_points
from mutualaid.matching.scoring import NO_PRICE, Facts, Line, Points, Price, score
from mutualaid.matching.search.candidates import (
    ANYWHERE,
    Found,
    Ring,
    Spoken,
    in_reach,
    spoken_in,
    who_can,
)
from mutualaid.matching.search.invitation_history import NEVER, Invitations, invitations_of
from mutualaid.matching.search.prices import prices_of
from mutualaid.matching.search.tie_break import tie_break_rank
from mutualaid.people.models import User
from requests_app.access.exclusions import people_kept_from
from requests_app.models import Need

FIRST_LOOK = 64
"""How many of the most promising are looked at closely at first; four times as many each time after."""
MOST_LOOKED_AT = 4_096
"""Where thousands live near and all are alike, a longer look finds nothing better worth the wait."""

NEAR_KM = 8
"""Those who live so near are looked at first: in a city they are nearly always enough."""
A_HAIR = 1e-9
"""What sums of the same points may differ by in the database and here."""


@dataclass(frozen=True)
class Ranked:
    offer_id: int
    rank: float
    facts: Facts
    lines: list[Line]


@dataclass(frozen=True)
class Best:
    """The best offers, best first, and how many fit among those looked at closely."""

    offers: list[Ranked]
    candidates: int


def best_offers(
    need: Need,
    most: int,
    *,
    without: frozenset[int] = frozenset(),
    only: User | None = None,
    points: Points | None = None,
) -> Best:
    """The `most` best offers for `need`, those in `without` left out; `only` of one person.

    The database hands them out by the points that an index knows, those who live near first. Once
    nothing that is still to come could be better than the worst of the best, the look ends.
    """
    points = points or current_points()
    spoken = spoken_in(need)
    look = _Look(need, spoken, points)
    rings = [Ring(-1, NEAR_KM), Ring(NEAR_KM, FARTHEST_KM)]
    for ring in [ANYWHERE] if need.category.remote_ok else rings:
        least = look.least(most)
        if least > _most_beyond(ring.beyond_km, points):
            break
        look.through(
            in_reach(need, spoken, points, ring=ring, at_least=least, without=without, only=only),
            most,
        )
    return Best(look.best(most), len(look.ranked))


def _most_beyond(km: int, points: Points) -> float:
    """What an entry farther away than `km` can bring with it at most."""
    near = points.near * min(1.0, 1 - km / FARTHEST_KM)
    kind = max(points.exact_category, points.related_category)
    language = max(points.own_language, points.shared_language)
    return near + kind + language + points.shared_time


class _Look:
    """What was seen of the offers so far."""

    def __init__(self, need: Need, spoken: Spoken, points: Points) -> None:
        self.need, self.spoken, self.points = need, spoken, points
        self.kept_from = set(people_kept_from(need.ask).values_list("pk", flat=True))
        self.now = timezone.now()
        self.seen: set[int] = set()
        self.ranked: list[Ranked] = []

    def through(self, entries: "QuerySet[OfferIndexEntry, Any]", most: int) -> None:
        """Look at entries, the most promising first, until the `most` best among them are known."""
        start, stop = 0, FIRST_LOOK
        while True:
            found = [Found(*row) for row in entries[start:stop]]
            self.closely(found)
            is_all = len(found) < stop - start
            if is_all or stop >= MOST_LOOKED_AT or self.is_settled(most, found[-1]):
                return
            start, stop = stop, stop * 4

    def closely(self, found: list[Found]) -> None:
        """Ask of each new offer whether it can, how rested it is, and whether it is wanted elsewhere."""
        fresh: dict[int, Found] = {}
        for row in found:
            if row.offer_id not in self.seen:
                fresh.setdefault(row.offer_id, row)
        if not fresh:
            return
        self.seen |= fresh.keys()
        free = who_can(self.need, fresh, kept_from=self.kept_from)
        past = invitations_of(free)
        prices = prices_of(free, beside=self.need)
        for pk in free:
            facts = self._facts(fresh[pk], past.get(pk, NEVER), prices.get(pk, NO_PRICE))
            lines = score(facts, self.points)
            self.ranked.append(Ranked(pk, sum(line["points"] for line in lines), facts, lines))

    def is_settled(self, most: int, last: Found) -> bool:
        """Whether nothing that comes after `last` belongs among the best.

        It can reach the points of `last` and those of rest; at just as many the tie_break_rank decides.
        """
        best = self.best(most)
        if len(best) < most:
            return False
        ahead = best[-1].rank - (last.bound + self.points.rested)
        drawn_before = self._lot(best[-1].offer_id) <= self._lot(last.offer_id)
        return ahead > A_HAIR or (ahead > -A_HAIR and drawn_before)

    def least(self, most: int) -> float:
        """What an entry has to bring with it to belong among the best: all but the points of rest."""
        best = self.best(most)
        return best[-1].rank - self.points.rested - A_HAIR if len(best) == most else 0.0

    def best(self, most: int) -> list[Ranked]:
        place = sorted(self.ranked, key=lambda one: (-one.rank, self._lot(one.offer_id)))
        return place[:most]

    def _lot(self, offer: int) -> tuple[int, int]:
        return tie_break_rank(self.need.public_id, offer)

    def _facts(self, row: Found, past: Invitations, price: Price) -> Facts:
        spoken, shared = self.spoken, _shared(row.speaks, self.spoken)
        return Facts(
            km=None if self.need.category.remote_ok else row.km,
            reach_km=row.reach_km,
            same_locality=row.inside,
            same_category=row.exact,
            languages=[spoken.names[pk] for pk in shared],
            own_language=shared[0] in spoken.own,
            invitations_in_seven_days=past.week,
            days_since_invited=past.days_since(self.now),
            price=price,
            wanted_parts=self.need.time_slots_that_count,
            free_parts=row.week_parts,
        )


def _shared(speaks: str, spoken: Spoken) -> list[int]:
    """Ids of the languages both speak, the neighbour's own first."""
    shared = [pk for pk in spoken.names if f",{pk}," in speaks]
    return sorted(shared, key=lambda pk: pk not in spoken.own)
