"""Which offers fit a need by the hard rules, found by the database, and who goes first among equals."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    QuerySet,
    Value,
    When,
)  # fmt: skip
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Now
from django.db.models.lookups import GreaterThanOrEqual

from mutualaid.catalog.geo import HALF_AROUND_KM
from mutualaid.catalog.time_slots import ANY_TIME, PARTS
from mutualaid.matching.models import OfferIndexEntry
from mutualaid.matching.scoring import CONFIRMED_DAYS, Points
from mutualaid.matching.search.hard_rules import (
    entry_rules,
    free_in_week,
    offer_rules,
    speaks_any,
)
from mutualaid.matching.search.statement import Statement, slot
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.models import Ask, Need


class Ring(NamedTuple):
    """Areas to which the way on the whole is more than `beyond_km` and at most `within_km`."""

    beyond_km: int
    within_km: int


ANYWHERE = Ring(-1, HALF_AROUND_KM)
_ALL: dict[str, float] = {**ANYWHERE._asdict(), "at_least": 0.0}


class Entry(NamedTuple):
    """An index entry in reach. `bound` is what its offer can score at most, in points, without those of rest.

    `free` counts the places that the offer has left in the week of the need. `km` is how far it is on the
    whole; `inside` says that the need is in their area or in a part of it.
    `speaks` holds the ids of languages as ",3,17,"; `week_parts` is a bit for each part of the week.
    """

    offer_id: int
    free: int
    bound: float
    km: float
    inside: bool
    exact: bool
    confirmed: bool
    reach_km: int
    speaks: str
    week_parts: int


@dataclass(frozen=True)
class Languages:
    """The languages of an ask by id, each with its own name; `own` are those the neighbour is at home in."""

    names: dict[int, str]
    own: frozenset[int]


def languages_of(need: Need) -> Languages:
    """Of the languages they listed, a neighbour is at home in the one they wrote in, else in all of them."""
    listed = Ask.languages.through.objects.filter(ask=need.ask_id)
    columns = ("language", "language__code", "language__name", "ask__contact__language")
    rows = list(listed.values_list(*columns))
    own = {pk for pk, code, _, wrote_in in rows if code == wrote_in}
    names = {pk: name for pk, _, name, _ in rows}
    return Languages(names, frozenset(own or names))


class EntriesInReach:
    """The entries that fit a need by category, distance, time and language, and whose offers are free for it.

    Offers with an id in `without` are left out, and all but those of `only`. What can be done from anywhere
    has no distance. A covering index holds what is read of an entry, so the cost follows how many live near
    (ADR 10). Who is not `among` the free offers or whose week is full is left out here and not afterwards, so
    that a limit on the rows counts nobody who could not come (ADR 84).
    """

    def __init__(
        self,
        need: Need,
        languages: Languages,
        points: Points,
        *,
        among: QuerySet[Offer],
        without: Iterable[int] = (),
        only: User | None = None,
    ) -> None:
        ring = {name: slot(name) for name in Ring._fields}
        entries = OfferIndexEntry.objects.filter(
            *entry_rules(need, languages.names, **ring).values()
        )
        if need.category.remote_ok:
            entries = entries.annotate(km=Value(0.0), inside=Value(True))
        else:
            seen_from = {name: F(f"locality__seen_from__{name}") for name in ("km", "inside")}
            entries = entries.annotate(**seen_from)
        if only:
            entries = entries.filter(offer__volunteer=only)
        if without := list(without):
            entries = entries.exclude(offer__in=without)
        wanted = need.time_slots_that_count
        tie = F("offer") % MODULUS * _multiplier(need.public_id) % MODULUS
        self._statement = Statement(
            entries.filter(Exists(among.filter(pk=OuterRef("offer"))))
            .annotate(
                confirmed=_is_confirmed(),
                bound=_bound(languages, wanted, points),
                tie=tie,
                free=free_in_week(need.week, "offer__"),
            )
            .filter(bound__gte=slot("at_least"), free__gt=0)
            .order_by("-bound", "tie", "offer")
            .values_list(*Entry._fields)
        )

    def best_first(self, start: int, stop: int, *, ring: Ring, at_least: float) -> list[Entry]:
        """Those from `start` up to `stop` in the `ring` whose `bound` is `at_least` so many points."""
        rows = self._statement.rows(start, stop, **ring._asdict(), at_least=at_least)
        return [Entry(*row) for row in rows]

    def of_offer(self, offer: int) -> list[Entry]:
        """Those of one offer, wherever it is, the one with the highest `bound` first."""
        rows = self._statement.rows_where("offer_id", offer, **_ALL)
        return sorted((Entry(*row) for row in rows), key=lambda entry: -entry.bound)

    def still_fit(self, offers: Collection[int]) -> set[int]:
        """Which of these offers, by id, fit and are free as things stand now."""
        return self._statement.column_among("offer_id", offers, **_ALL)


def free_offers(need: Need, kept_from: Collection[int]) -> QuerySet[Offer]:
    """Active offers that may take the need, but for the week: see `offer_rules`."""
    return Offer.objects.active().filter(*offer_rules(need, kept_from).values())


def _bound(languages: Languages, wanted: int, points: Points) -> Combinable:
    """The points that an entry and its offer decide: distance, category, language, time, confirmation."""
    share = Greatest(1.0 - F("km") / Greatest(F("reach_km"), 1), 0.0, output_field=FloatField())
    near = share * Value(points.near)
    category = Case(
        When(exact=True, then=Value(points.exact_category)),
        default=Value(points.related_category),
    )
    language = Case(
        When(speaks_any(languages.own), then=Value(points.own_language)),
        default=Value(points.shared_language),
    )
    confirmed = Case(
        When(_is_confirmed(), then=Value(points.confirmed)),
        default=Value(0.0),
    )
    return near + category + language + _time(wanted, points) + confirmed


def _is_confirmed() -> GreaterThanOrEqual:
    """Whether a volunteer said lately that the offer of an entry holds."""
    return GreaterThanOrEqual(F("offer__confirmed_at"), Now() - timedelta(days=CONFIRMED_DAYS))


def _time(wanted: int, points: Points) -> Combinable:
    """Points for the share of the wanted parts of the week (a bit each) that an entry has."""
    if wanted == ANY_TIME:
        return Value(points.shared_time)
    each = points.shared_time / wanted.bit_count()
    bits = (F("week_parts").bitand(bit) * Value(each / bit) for bit in PARTS if bit & wanted)
    return sum((ExpressionWrapper(bit, FloatField()) for bit in bits), Value(0.0))


MODULUS = 65_521
"""A prime: multiplied by anything below it, numbers below it change places and none is lost."""


def tie_break_rank(need: UUID, offer: int) -> tuple[int, int]:
    """The place of an offer among equals: drawn anew for each need, the same at every look.

    The database sorts by the same. No one can choose or foresee the public id of a need.
    """
    return offer % MODULUS * _multiplier(need) % MODULUS, offer


def _multiplier(need: UUID) -> int:
    """What the ids of offers are multiplied by for this need."""
    return need.int % (MODULUS - 1) + 1
