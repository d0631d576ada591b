"""Which offers fit a need by the hard rules, found by the database, and who goes first among equals."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
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
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.access.exclusions import people_kept_from
from requests_app.models import Ask, Need


class Ring(NamedTuple):
    """Areas to which the way on the whole is more than `beyond_km` and at most `within_km`."""

    beyond_km: int
    within_km: int


ANYWHERE = Ring(-1, HALF_AROUND_KM)


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


def entries_in_reach(
    need: Need,
    languages: Languages,
    points: Points,
    *,
    among: QuerySet[Offer],
    ring: Ring = ANYWHERE,
    at_least: float = 0.0,
    without: Iterable[int] = (),
    only: User | None = None,
) -> QuerySet[OfferIndexEntry, Any]:
    """The entries that fit by category, distance, time and language, the best first, as rows of `Entry`.

    Only areas in the `ring` are read, and entries whose `bound` is `at_least` so many points; offers with an
    id in `without` are left out, and all but those of `only`. What can be done from anywhere has no distance.
    A covering index holds what is read of an entry, so the cost follows how many live near (ADR 10). Who is
    not `among` the free offers or whose week is full is left out here and not afterwards, so that a limit on
    the rows counts nobody who could not come (ADR 84).
    """
    rules = entry_rules(need, languages.names, beyond_km=ring.beyond_km, within_km=ring.within_km)
    entries = OfferIndexEntry.objects.filter(*rules.values())
    if need.category.remote_ok:
        entries = entries.annotate(km=Value(0.0), inside=Value(True))
    else:
        seen_from = {name: F(f"locality__seen_from__{name}") for name in ("km", "inside")}
        entries = entries.annotate(**seen_from)
    if only:
        entries = entries.filter(offer__volunteer=only)
    if without := list(without):
        entries = entries.exclude(offer__in=without)
    entries = entries.filter(Exists(among.filter(pk=OuterRef("offer"))))
    wanted = need.time_slots_that_count
    tie = F("offer") % MODULUS * _multiplier(need.public_id) % MODULUS
    return (
        entries.annotate(
            confirmed=_is_confirmed(),
            bound=_bound(languages, wanted, points),
            tie=tie,
            free=free_in_week(need.week, "offer__"),
        )
        .filter(bound__gte=at_least, free__gt=0)
        .order_by("-bound", "tie", "offer")
        .values_list(*Entry._fields)
    )


def free_offers(need: Need, kept_from: Collection[int]) -> QuerySet[Offer]:
    """Active offers that may take the need, but for the week: see `offer_rules`."""
    return Offer.objects.active().filter(*offer_rules(need, kept_from).values())


def still_fit(need: Need, offers: Collection[int]) -> set[int]:
    """Which of these offers, by id, fit the need and are free for it as things stand now."""
    if not offers:
        return set()
    rules = entry_rules(need, languages_of(need).names)
    kept_from = set(people_kept_from(need.ask).values_list("pk", flat=True))
    free = free_offers(need, kept_from).filter(pk=OuterRef("offer"))
    entries = OfferIndexEntry.objects.filter(*rules.values(), Exists(free), offer__in=offers)
    fit = entries.annotate(free=free_in_week(need.week, "offer__")).filter(free__gt=0)
    return set(fit.values_list("offer_id", flat=True))


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
