"""Which offers fit a need by the hard rules, found by the database, what they cost it, and who goes first.

The price of an offer is how much its volunteer is wanted elsewhere, in points (ADR 12). It is taken from the
score, so that the only driver for miles is not spent on what ten others could do. For this week the price of
the last backlog run decides while it is fresh; else pressure: each other open need that could use the offer
counts one divided by the number of its candidates, and the sum is shared by the free places. Whole points,
for less is noise.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)  # fmt: skip
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Greatest, Now
from django.db.models.lookups import GreaterThanOrEqual

from mutualaid.catalog.geo import HALF_AROUND_KM
from mutualaid.matching.models import Match, NeedSearch, OfferIndexEntry, OfferPrice
from mutualaid.matching.scoring import CONFIRMED_DAYS, NO_PRICE, Price
from mutualaid.matching.search.asked import MODULUS, Asked, Shape, multiplier
from mutualaid.matching.search.hard_rules import (
    entry_rules,
    free_in_week,
    offer_rules,
    speaks_any,
)
from mutualaid.matching.search.invitation_history import NEVER, Invitations, past
from mutualaid.matching.states import NOT_INVITED, UNANSWERED
from mutualaid.notify.models import Preferences
from mutualaid.statements import (
    Given,
    Window,
    compiled,
    compiled_window,
    constant,
    in_window,
    slot,
    slots,
    this_row,
)
from offers_app.models import Offer
from requests_app.models import Need

PER_PRESSURE = 40.0
"""Points for a pressure of one: one need for each free place, with no one else who fits. Assumed (ADR 12)."""
HIGHEST = 60.0
"""Points that a price by pressure never exceeds. Assumed (ADR 12)."""
SCARCE = 3
"""A need that has at most so many candidates has hardly anyone."""


class Ring(NamedTuple):
    """Areas to which the way on the whole is more than `beyond_km` and at most `within_km`."""

    beyond_km: int
    within_km: int


ANYWHERE = Ring(-1, HALF_AROUND_KM)
_ALL: dict[str, float] = {**ANYWHERE._asdict(), "at_least": 0.0}
_CHOSEN = [field.attname for field in Preferences._meta.concrete_fields if field.name != "phone"]


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


class Found(NamedTuple):
    """An entry, and what else is known of its offer.

    `chosen` is None for whoever has the usual preferences.
    """

    entry: Entry
    past: Invitations
    price: Price
    chosen: Preferences | None


class EntriesInReach:
    """The entries that fit a need by category, distance, time and language, and whose offers are free for it.

    What can be done from anywhere has no distance. A covering index holds what is read of an entry, so the
    cost follows how many live near (ADR 10). Who is not free or whose week is full is left out here and not
    afterwards, so that a limit on the rows counts nobody who could not come (ADR 84). What is known of the
    offers comes in the same statement, which is put together once (ADR 87).
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def best_first(self, start: int, stop: int, *, ring: Ring, at_least: float) -> list[Found]:
        """Those from `start` up to `stop` in the `ring` whose `bound` is `at_least` so many points."""
        values = {**self._asked.values, **ring._asdict(), "at_least": at_least}
        return self._found(self._asked.shape, start, stop, values)

    def of_offer(self, offer: int) -> list[Found]:
        """Those of one offer, wherever it is, the one with the highest `bound` first."""
        shape, values = self._only([offer])
        return self._found(shape, 0, MOST_OF_ONE, values)

    def still_fit(self, offers: Iterable[int]) -> set[int]:
        """Which of these offers, by id, fit and are free as things stand now."""
        shape, values = self._only(offers)
        return {offer for (offer,) in _fitting(shape).rows(**values)}

    def _only(self, offers: Iterable[int]) -> tuple[Shape, dict[str, Any]]:
        named = set(offers)
        if self._asked.shape.only:
            named &= set(self._asked.values["only"])
        shape = self._asked.shape._replace(only=True)
        return shape, {**self._asked.values, **_ALL, "only": list(named)}

    def _found(self, shape: Shape, start: int, stop: int, values: dict[str, Any]) -> list[Found]:
        rows = [_read(shape, row) for row in in_reach(shape).rows(start, stop, **values)]
        return sorted(rows, key=lambda found: self._order(found.entry))

    def _order(self, entry: Entry) -> tuple[float, int, int]:
        return -entry.bound, *tie_break_rank(self._asked.need, entry.offer_id)


MOST_OF_ONE = 1_000
"""Entries that are read of one offer: more areas than it can have."""


def _read(shape: Shape, row: Sequence[Any]) -> Found:
    columns = iter(row)
    entry = Entry(*islice(columns, len(Entry._fields)))
    week, day, last = islice(columns, len(Invitations._fields))
    solved = next(columns) if shape.is_this_week else None
    pressure, scarce, *chosen = columns
    return Found(
        entry,
        Invitations(week, day, last) if last else NEVER,
        price_of(entry.free, solved, pressure, scarce),
        None if chosen[0] is None else Preferences.from_db(None, _CHOSEN, chosen),
    )


@compiled_window
def in_reach(shape: Shape) -> Window:
    """The entries with their columns, and beside them those of `Found`."""
    rows = promising(shape).order_by("-bound", "tie", "offer")
    columns = (name for name in Entry._fields if name != "free")
    return Window(
        rows.values_list(*columns),
        known_beside(shape, in_window()),
        room=_places(shape, this_row()),
    )


def known_beside(shape: Shape, offers: Given | in_window) -> "list[QuerySet[Any, tuple[Any, ...]]]":
    """What is known of these offers, each by its id: invitations, prices, preferences."""
    preferences = Preferences.objects.filter(user__offer__in=offers)
    return [
        past(offers),
        *([solved_prices(offers)] if shape.is_this_week else []),
        pressures(offers, is_this_week=shape.is_this_week),
        preferences.values_list("user__offer", *_CHOSEN),
    ]


@compiled
def _fitting(shape: Shape) -> "QuerySet[Any, tuple[int]]":
    return entries(shape).values_list("offer")


def entries(shape: Shape) -> "QuerySet[Any, Any]":
    """The entries in reach, as a query with slots: those of `Asked`, of a `Ring`, and `at_least`."""
    rows = promising(shape).annotate(free=Subquery(_places(shape, OuterRef("offer"))))
    free: QuerySet[Any, Any] = rows.filter(free__gt=constant(0))
    return free


def _places(shape: Shape, offer: OuterRef | this_row) -> "QuerySet[Any, tuple[int]]":
    """How many places this offer has left for the need; no row where the rules leave it out."""
    offers = Offer.objects.active(shape.joining).filter(*offer_rules(shape).values(), pk=offer)
    return offers.values_list(free_in_week(slot("week", DateField())))


def promising(shape: Shape) -> "QuerySet[Any, Any]":
    """The entries in reach whose offers may not be free."""
    rows = OfferIndexEntry.objects.filter(*entry_rules(shape).values())
    if shape.remote:
        everywhere = {
            "km": constant(0.0, FloatField()),
            "inside": constant(True, BooleanField()),
        }
        rows = rows.annotate(**everywhere)
    else:
        rows = rows.annotate(
            **{name: F(f"locality__seen_from__{name}") for name in ("km", "inside")}
        )
    if shape.only:
        rows = rows.filter(offer__in=slots("only"))
    if shape.unheard:
        heard = Match.objects.filter(need=slot("need"), offer=OuterRef("offer"))
        rows = rows.exclude(Exists(heard.exclude(state__in=NOT_INVITED)))
    modulus = constant(MODULUS, IntegerField())
    return (
        rows.exclude(offer__in=slots("without"))
        .annotate(
            confirmed=_is_confirmed(),
            bound=_bound(shape),
            tie=F("offer") % modulus * slot("multiplier", IntegerField()) % modulus,
        )
        .filter(bound__gte=slot("at_least"))
    )


def _bound(shape: Shape) -> Combinable:
    """The points that an entry and its offer decide: distance, category, language, time, confirmation."""
    nothing, whole = constant(0.0, FloatField()), constant(1.0, FloatField())
    share = Greatest(
        whole - F("km") / Greatest(F("reach_km"), constant(1, IntegerField())),
        nothing,
        output_field=FloatField(),
    )
    category = Case(
        When(exact=True, then=_points("exact_category")), default=_points("related_category")
    )
    language = Case(
        When(speaks_any("own", shape.own), then=_points("own_language")),
        default=_points("shared_language"),
    )
    confirmed = Case(When(_is_confirmed(), then=_points("confirmed")), default=nothing)
    return share * _points("near") + category + language + _time(shape) + confirmed


def _points(name: str) -> Combinable:
    return slot(name, FloatField())


def _is_confirmed() -> GreaterThanOrEqual:
    """Whether a volunteer said lately that the offer of an entry holds."""
    lately = Now() - constant(timedelta(days=CONFIRMED_DAYS), DurationField())
    return GreaterThanOrEqual(F("offer__confirmed_at"), lately)


def _time(shape: Shape) -> Combinable:
    """Points for the share of the wanted parts of the week (a bit each) that an entry has."""
    if not shape.times:
        return _points("shared_time")
    wanted: list[Any] = [slot(f"part{n}", IntegerField()) for n in range(shape.times)]
    parts = (
        ExpressionWrapper(F("week_parts").bitand(part) * _points(f"each{n}"), FloatField())
        for n, part in enumerate(wanted)
    )
    return sum(parts, constant(0.0, FloatField()))


def tie_break_rank(need: UUID, offer: int) -> tuple[int, int]:
    """The place of an offer among equals: drawn anew for each need, the same at every look.

    The database sorts by the same. `need` is its public id.
    """
    return offer % MODULUS * multiplier(need) % MODULUS, offer


def price_of(free: int, solved: float | None, pressure: float | None, scarce: int | None) -> Price:
    """The price of an offer with so many free places; `solved` by the last run, if that says anything.

    `pressure` is that on all its places, with so many `scarce` needs among those that press.
    """
    if solved is not None:
        return Price(_whole(solved))
    points = _whole(min(HIGHEST, PER_PRESSURE * (pressure or 0.0) / max(1, free)))
    return Price(points, scarce or 0) if points else NO_PRICE


def solved_prices(offers: Given | in_window) -> "QuerySet[Any, tuple[int, float]]":
    """(offer, points) by the last run, of these offers; they count in this week only."""
    return OfferPrice.objects.fresh().filter(offer__in=offers).values_list("offer", "points")


def pressures(offers: Given | in_window, *, is_this_week: bool) -> "QuerySet[Any, tuple[Any, ...]]":
    """(offer, pressure, scarce needs) of these offers, by needs other than that of the slots.

    Only needs of the same week press: those of another one take other places.
    """
    week, end = slot("week", DateField()), slot("week_end", DateField())
    needs = Need.objects.open().between(week, end, or_without_day=is_this_week)
    pressing = NeedSearch.objects.filter(
        Exists(needs.filter(pk=OuterRef("need"))),
        need=OuterRef("need"),
        candidates__gt=constant(0),
    )
    competing = Match.objects.filter(
        ~Q(need=slot("need")), offer__in=offers, state__in=UNANSWERED
    ).annotate(
        # Not a join: PostgreSQL may begin it with each open need where it thinks that there are few.
        among=Subquery(pressing.values("candidates"))
    )
    counted = (
        competing.order_by()
        .values("offer")
        .annotate(
            pressure=Sum(constant(1.0, FloatField()) / Cast("among", FloatField())),
            scarce=Count("pk", filter=Q(among__lte=constant(SCARCE, IntegerField()))),
        )
    )
    return counted.values_list("offer", "pressure", "scarce")


def _whole(points: float) -> float:
    return float(int(points))
