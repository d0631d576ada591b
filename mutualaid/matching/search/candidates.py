"""The hard rules, in the database: which offers fit a need at all. Nothing else is loaded."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

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
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from mutualaid.catalog.distances import FARTHEST_KM
from mutualaid.catalog.time_slots import ANY_TIME, PARTS
from mutualaid.matching.models import OfferIndexEntry, Refusal
from mutualaid.matching.scoring import Points
from mutualaid.matching.search.tie_break import MODULUS, multiplier
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.models import Ask, Claim, Need


class Ring(NamedTuple):
    """Areas whose centres lie more than `beyond_km` and at most `within_km` away."""

    beyond_km: int
    within_km: int


ANYWHERE = Ring(-1, FARTHEST_KM)


class Found(NamedTuple):
    """An entry in reach. `bound` is what its offer can score at most but for the points of rest."""

    offer_id: int
    bound: float
    km: float
    inside: bool
    exact: bool
    reach_km: int
    speaks: str
    week_parts: int


@dataclass(frozen=True)
class Spoken:
    """The languages of an ask by id, each with its own name; `own` are those they are at home in."""

    names: dict[int, str]
    own: frozenset[int]


def spoken_in(need: Need) -> Spoken:
    """Of the languages they listed, a neighbour is at home in the one they wrote in, else in all of them."""
    listed = Ask.languages.through.objects.filter(ask=need.ask_id)
    about = ("language", "language__code", "language__name", "ask__contact__language")
    rows = list(listed.values_list(*about))
    own = {pk for pk, code, _, wrote_in in rows if code == wrote_in}
    names = {pk: name for pk, _, name, _ in rows}
    return Spoken(names, frozenset(own or names))


def in_reach(
    need: Need,
    spoken: Spoken,
    points: Points,
    *,
    ring: Ring = ANYWHERE,
    at_least: float = 0.0,
    without: Iterable[int] = (),
    only: User | None = None,
) -> QuerySet[OfferIndexEntry, Any]:
    """The entries that fit by category, distance, time and language, the best first, as `Found`.

    Only areas in the `ring` are looked into, and entries that can score `at_least` so many points;
    from afar there is no distance. A covering index holds all that is read here, so its cost follows
    how many live near.
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
    tie = F("offer") % MODULUS * multiplier(need.public_id) % MODULUS
    return (
        entries.filter(_speaks_any(spoken.names))
        .annotate(bound=_bound(spoken, wanted, points), tie=tie)
        .filter(bound__gte=at_least)
        .order_by("-bound", "tie", "offer")
        .values_list(*Found._fields)
    )


def who_can(need: Need, offers: Iterable[int], *, kept_from: Collection[int]) -> dict[int, int]:
    """Of these offers the ones that nothing keeps away, each with its free places this week.

    `kept_from` are the ids of the people from whom the ask is kept.
    """
    here = Offer.objects.active().filter(pk__in=list(offers))
    had_it_before = Claim.objects.filter(need=need, volunteer=OuterRef("volunteer"))
    ruled_out = Refusal.objects.standing().filter(
        Q(category=None) | Q(category=need.category_id),
        Q(locality=None) | Q(locality=need.locality_id),
        offer=OuterRef("pk"),
    )
    free = F("per_week") - Coalesce(Subquery(_taken_this_week()), 0)
    takes_a_break = Q(volunteer__preferences__paused_until__gt=timezone.localdate())
    here = here.exclude(takes_a_break).exclude(volunteer__in=kept_from)
    able = here.filter(~Exists(had_it_before), ~Exists(ruled_out)).annotate(free=free)
    return {pk: places for pk, places in able.values_list("pk", "free") if places > 0}


def _speaks_any(languages: Iterable[int]) -> Q:
    return Q(*(Q(speaks__contains=f",{pk},") for pk in languages), _connector=Q.OR)


def _bound(spoken: Spoken, wanted: int, points: Points) -> Any:
    """The points that an entry alone decides: distance, category, language, time."""
    share = 1.0 - F("km") / Greatest(F("reach_km"), 1)
    near = Case(
        When(inside=True, then=Value(points.near)),
        default=share * Value(points.near),
        output_field=FloatField(),
    )
    kind = Case(
        When(exact=True, then=Value(points.exact_category)),
        default=Value(points.related_category),
    )
    language = Case(
        When(_speaks_any(spoken.own), then=Value(points.own_language)),
        default=Value(points.shared_language),
    )
    return near + kind + language + _time(wanted, points)


def _time(wanted: int, points: Points) -> Any:
    """Points for the share of the wanted parts of the week that an entry has, bit by bit."""
    if wanted == ANY_TIME:
        return Value(points.shared_time)
    each = points.shared_time / wanted.bit_count()
    bits = (F("week_parts").bitand(bit) * Value(each / bit) for bit in PARTS if bit & wanted)
    return sum((ExpressionWrapper(bit, FloatField()) for bit in bits), Value(0.0))


def _taken_this_week() -> QuerySet[Claim, Any]:
    mine = Claim.objects.filling_this_week().filter(volunteer=OuterRef("volunteer"))
    return mine.order_by().values("volunteer").annotate(n=Count("pk")).values("n")
