"""The hard rules, in the database: which offers fit a need at all, and who goes first among equals."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)  # fmt: skip
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from mutualaid.catalog.distances import FARTHEST_KM
from mutualaid.catalog.time_slots import ANY_TIME, PARTS
from mutualaid.matching.models import OfferIndexEntry, Refusal
from mutualaid.matching.scoring import Points
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.models import Ask, Claim, Need
from requests_app.newcomers import has_room


class Ring(NamedTuple):
    """Areas whose centres lie more than `beyond_km` and at most `within_km` away."""

    beyond_km: int
    within_km: int


ANYWHERE = Ring(-1, FARTHEST_KM)


class Entry(NamedTuple):
    """An index entry in reach. `bound` is what its offer can score at most, in points, without those of rest.

    `km` lies between the centres of the two areas; `inside` says that it is the same area or a part of it.
    `speaks` holds the ids of languages as ",3,17,"; `week_parts` is a bit for each part of the week.
    """

    offer_id: int
    bound: float
    km: float
    inside: bool
    exact: bool
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
    ring: Ring = ANYWHERE,
    at_least: float = 0.0,
    without: Iterable[int] = (),
    only: User | None = None,
) -> QuerySet[OfferIndexEntry, Any]:
    """The entries that fit by category, distance, time and language, the best first, as rows of `Entry`.

    Only areas in the `ring` are read, and entries whose `bound` is `at_least` so many points; offers with an
    id in `without` are left out, and all but those of `only`. What can be done from anywhere has no distance.
    A covering index holds all that is read here, so its cost follows how many live near (ADR 10).
    """
    entries = OfferIndexEntry.objects.filter(category=need.category_id)
    if need.category.remote_ok:
        entries = entries.annotate(km=Value(0.0), inside=Value(True))
    else:
        entries = entries.filter(
            locality__seen_from__locality=need.locality_id,
            locality__seen_from__whole_km__gt=ring.beyond_km,
            locality__seen_from__whole_km__lte=ring.within_km,
            reach_km__gte=F("locality__seen_from__whole_km"),
        ).annotate(km=F("locality__seen_from__km"), inside=F("locality__seen_from__inside"))
    if need.category.needs_vehicle:
        entries = entries.filter(offer__has_vehicle=True)
    if need.category.vetted_only:
        entries = entries.filter(offer__volunteer__vetted=True)
    if only:
        entries = entries.filter(offer__volunteer=only)
    if without := list(without):
        entries = entries.exclude(offer__in=without)
    wanted = need.time_slots_that_count
    if wanted != ANY_TIME:
        entries = entries.alias(shared=F("week_parts").bitand(wanted)).filter(shared__gt=0)
    tie = F("offer") % MODULUS * _multiplier(need.public_id) % MODULUS
    return (
        entries.filter(_speaks_any(languages.names))
        .annotate(bound=_bound(languages, wanted, points), tie=tie)
        .filter(bound__gte=at_least)
        .order_by("-bound", "tie", "offer")
        .values_list(*Entry._fields)
    )


def free_places(need: Need, offers: Iterable[int], *, kept_from: Collection[int]) -> dict[int, int]:
    """The free places this week of each of these offers that may take the need; full weeks are left out.

    Left out are also those who take a break, ruled it out, had a claim on it before, or hold as much as they
    may at once. `kept_from` are the ids of the people from whom the ask is kept.
    """
    active = Offer.objects.active().filter(pk__in=list(offers))
    had_it_before = Claim.objects.filter(need=need, volunteer=OuterRef("volunteer"))
    ruled_out = Refusal.objects.standing().filter(
        Q(category=None) | Q(category=need.category_id),
        Q(locality=None) | Q(locality=need.locality_id),
        offer=OuterRef("pk"),
    )
    free = F("per_week") - Coalesce(Subquery(_claims_this_week()), 0)
    takes_a_break = Q(volunteer__preferences__paused_until__gt=timezone.localdate())
    allowed = active.exclude(takes_a_break).exclude(volunteer__in=kept_from).filter(has_room())
    able = allowed.filter(~Exists(had_it_before), ~Exists(ruled_out)).annotate(free=free)
    return {pk: places for pk, places in able.values_list("pk", "free") if places > 0}


def _speaks_any(languages: Iterable[int]) -> Q:
    return Q(*(Q(speaks__contains=f",{pk},") for pk in languages), _connector=Q.OR)


def _bound(languages: Languages, wanted: int, points: Points) -> Combinable:
    """The points that an entry alone decides: distance, category, language, time."""
    share = 1.0 - F("km") / Greatest(F("reach_km"), 1)
    near = Case(
        When(inside=True, then=Value(points.near)),
        default=share * Value(points.near),
        output_field=FloatField(),
    )
    category = Case(
        When(exact=True, then=Value(points.exact_category)),
        default=Value(points.related_category),
    )
    language = Case(
        When(_speaks_any(languages.own), then=Value(points.own_language)),
        default=Value(points.shared_language),
    )
    return near + category + language + _time(wanted, points)


def _time(wanted: int, points: Points) -> Combinable:
    """Points for the share of the wanted parts of the week (a bit each) that an entry has."""
    if wanted == ANY_TIME:
        return Value(points.shared_time)
    each = points.shared_time / wanted.bit_count()
    bits = (F("week_parts").bitand(bit) * Value(each / bit) for bit in PARTS if bit & wanted)
    return sum((ExpressionWrapper(bit, FloatField()) for bit in bits), Value(0.0))


def _claims_this_week() -> QuerySet[Claim, Any]:
    """How many claims fill places in the week of the volunteer of the outer row."""
    claims = Claim.objects.filling_this_week().filter(volunteer=OuterRef("volunteer"))
    return claims.order_by().values("volunteer").annotate(n=Count("pk")).values("n")


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
