"""Read open needs and free offers as arrays, in a few queries however many there are."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple, TypeVar

import numpy as np
from django.db.models import Case, Count, Min, Model, Q, QuerySet, When
from django.utils import timezone

from mutualaid.catalog.models import Language
from mutualaid.local_time import this_week, week_of
from mutualaid.matching.backlog.arrays import (
    WEEKS_AHEAD,
    Links,
    NeedArrays,
    OfferArrays,
    Refusals,
    in_weeks,
    positions,
    repeat_owners,
)
from mutualaid.matching.backlog.problem import Bools, Floats, Ints, expand_ranges
from mutualaid.matching.models import Match, Refusal
from mutualaid.matching.scoring import CONFIRMED_DAYS
from mutualaid.people.introductions import known
from mutualaid.policy.current import current_policy
from mutualaid.policy.limits import Joining
from mutualaid.statements.many_ids import in_one_parameter
from offers_app.models import Offer
from requests_app.access.exclusions import pairs_kept_apart
from requests_app.models import Claim, Need
from requests_app.models.how_soon import time_slots_that_count
from requests_app.newcomers import LIVE_CLAIMS_OF_A_NEWCOMER, contacts
from requests_app.states import FILLS_A_PLACE, CloseReason

WEEKS = 4
"""The past weeks that opening prices are learnt from (ADR 92)."""
COVERAGE_DAYS = 28
INVITED_DAYS = 7
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOT_WANTED = (CloseReason.WITHDRAWN, CloseReason.DUPLICATE, CloseReason.UNSAFE)
"""A need closed for one of these reasons tells nothing about how much help will be wanted."""

THIS_WEEK = np.zeros(1, dtype=np.int64)

Row = TypeVar("Row", bound=Model)


class _NeedRow(NamedTuple):
    """The columns that are read of a need, in this order; keys are ids."""

    pk: int
    category: int
    locality: int
    urgency: int
    created_at: datetime
    helpers_wanted: int
    ask__contact__language: str | None
    week_parts: int
    needed_by: date | None
    series: int | None


def read_needs(now: datetime, ids: Collection[int] | None = None) -> NeedArrays:
    """Read the open needs of `WEEKS_AHEAD`: all of them, or those with these ids alone."""
    needs = _among(open_needs(), "pk", ids)
    rows = _need_rows(needs)
    arrays = _as_asked(needs, rows, _time_slots(rows), _weeks(rows))
    filling = Claim.objects.filling().filter(need__state="open")
    helpers = _count_by(_among(filling, "need", ids), "need", arrays.pk)
    return replace(
        arrays,
        waited_hours=waited_hours(now, arrays.created_at),
        helpers=np.maximum(arrays.helpers - helpers, 1),
        excluded=_excluded(arrays.pk, ids),
    )


def read_past_weeks(now: datetime) -> Iterator[NeedArrays]:
    """Read, for each of the past `WEEKS`, the needs that were asked from this time of the week to its end.

    They are as they were asked: nobody has waited, helped or said no, and any day is of this week. A week
    that began before the very first need says too little, and is left out.
    """
    first = Need.objects.aggregate(first=Min("created_at"))["first"]
    next_monday = datetime.combine(this_week() + timedelta(days=7), time.min)
    remaining = timezone.make_aware(next_monday) - now
    wanted = Need.objects.exclude(state="triage").exclude(close_reason__in=NOT_WANTED)
    for weeks in range(1, WEEKS + 1):
        begin = now - timedelta(weeks=weeks)
        if first and first <= begin:
            needs = wanted.filter(created_at__gte=begin, created_at__lt=begin + remaining)
            rows = _need_rows(needs)
            slots = np.array([row.week_parts for row in rows], dtype=np.int64)
            yield _as_asked(needs, rows, slots, np.zeros(len(rows), dtype=np.int64))


def _as_asked(needs: QuerySet[Need], rows: list[_NeedRow], slots: Ints, week: Ints) -> NeedArrays:
    """The arrays of these needs before anybody did anything; `rows` are theirs, the others (n_needs,)."""
    pk = np.array([row.pk for row in rows], dtype=np.int64)
    spoken = needs.filter(ask__languages__isnull=False)
    languages = _links(spoken, "pk", "ask__languages", pk)
    none = np.zeros(0, dtype=np.int64)
    return NeedArrays(
        pk=pk,
        category=np.array([row.category for row in rows], dtype=np.int64),
        locality=np.array([row.locality for row in rows], dtype=np.int64),
        urgency=np.array([row.urgency for row in rows], dtype=np.int64),
        created_at=np.array([microseconds(row.created_at) for row in rows], dtype=np.int64),
        waited_hours=np.zeros(len(rows)),
        helpers=np.array([row.helpers_wanted for row in rows], dtype=np.int64),
        week_parts=slots,
        week=week,
        languages=in_weeks(languages, week),
        own_language=_is_own(languages, [row.ask__contact__language for row in rows]),
        excluded=Links(none, none),
    )


def open_needs() -> QuerySet[Need]:
    """The open needs of `WEEKS_AHEAD`."""
    end = this_week() + timedelta(weeks=WEEKS_AHEAD)
    return Need.objects.open().filter(Q(needed_by=None) | Q(needed_by__lt=end))


def microseconds(moment: datetime) -> int:
    """Since 1970, UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def waited_hours(now: datetime, created_at: Ints) -> Floats:
    """As of `NeedArrays`; both are (n_needs,)."""
    hours: Floats = np.maximum(microseconds(now) - created_at, 0) / 3.6e9
    return hours


def _among(rows: QuerySet[Row], column: str, ids: Collection[int] | None) -> QuerySet[Row]:
    """Those with one of these ids in a column; all without ids."""
    return rows if ids is None else rows.filter((f"{column}__in", in_one_parameter(ids)))


def _need_rows(needs: QuerySet[Need]) -> list[_NeedRow]:
    """Ascending by id."""
    return sorted(_NeedRow._make(row) for row in needs.values_list(*_NeedRow._fields))


def _weeks(rows: list[_NeedRow]) -> Ints:
    """In how many weeks help takes a place. (n_needs,)"""
    weeks = [_weeks_to(row.needed_by, 0) for row in rows]
    return np.array(weeks, dtype=np.int64)


def _time_slots(rows: list[_NeedRow]) -> Ints:
    """The time slots that count, as bits. (n_needs,)"""
    counting = cache(time_slots_that_count)
    slots = [
        counting(row.week_parts, row.urgency, row.needed_by, on_the_day=row.series is not None)
        for row in rows
    ]
    return np.array(slots, dtype=np.int64)


def read_offers(
    now: datetime, weeks: Ints = THIS_WEEK, ids: Collection[int] | None = None
) -> OfferArrays:
    """Read all active offers of volunteers with a place left in one of `weeks`, (n,), as of `NeedArrays`.

    Of all those, or of those with these ids alone. Who holds as much at once as they may is left out.
    """
    columns = (
        "pk", "volunteer", "reach_km", "per_week", "has_vehicle", "volunteer__vetted",
        "week_parts", "is_known", "is_confirmed",
    )  # fmt: skip
    is_known = Q(known("volunteer"))
    is_confirmed = Q(confirmed_at__gte=now - timedelta(days=CONFIRMED_DAYS))
    offers = _among(Offer.objects.active(), "pk", ids).annotate(
        is_known=Case(When(is_known, then=1), default=0),
        is_confirmed=Case(When(is_confirmed, then=1), default=0),
    )
    table = _table(offers.order_by("pk").values_list(*columns), len(columns))
    all_pk, at_once = table[:, 0], _places_at_once(table[:, 1], table[:, 7] == 1, ids)
    taken = np.zeros((len(table), WEEKS_AHEAD), dtype=np.int64)
    places = np.zeros_like(taken)
    for week in np.unique(weeks).tolist():
        filling = Claim.objects.filling_week(this_week() + timedelta(weeks=week))
        taken[:, week] = _count_by(
            _among(filling, "volunteer__offer", ids), "volunteer", table[:, 1]
        )
        places[:, week] = np.clip(table[:, 3] - taken[:, week], 0, at_once)
    row, week = np.nonzero(places > 0)
    table, taken, places = table[row], taken[row, week], places[row, week]
    invited = Match.objects.filter(invited_at__gte=now - timedelta(days=INVITED_DAYS))
    categories, localities, languages = (
        _links(_among(many.through.objects.all(), "offer", ids), "offer", target, all_pk)
        for many, target in (
            (Offer.categories, "category"),
            (Offer.localities, "locality"),
            (Offer.languages, "language"),
        )
    )
    pk = table[:, 0]
    return OfferArrays(
        pk=pk,
        week=week,
        volunteer=table[:, 1],
        reach_km=table[:, 2],
        week_parts=table[:, 6],
        places=places,
        taken=taken,
        at_once=at_once[row],
        has_vehicle=table[:, 4].astype(bool),
        vetted=table[:, 5].astype(bool),
        recent_invitations=_count_by(_among(invited, "offer", ids), "offer", all_pk)[row],
        confirmed=table[:, 8].astype(bool),
        categories=repeat_owners(categories, row),
        localities=repeat_owners(localities, row),
        languages=in_weeks(repeat_owners(languages, row), week),
        refusals=_refusals(pk, week, ids),
    )


def _places_at_once(volunteer: Ints, is_known: Bools, ids: Collection[int] | None) -> Ints:
    """How many more claims each may hold at once; someone new none for a while after a contact. (n,)"""
    policy = current_policy()
    live = _count_by(_among(Claim.objects.live(), "volunteer__offer", ids), "volunteer", volunteer)
    places = np.maximum(policy.live_claims_per_person - live, 0)
    if policy.joining == Joining.OPEN:
        return places
    has_begun = _count_by(_among(contacts(), "by__offer", ids), "by", volunteer) > 0
    places_of_newcomers = np.where(has_begun | (live > 0), 0, LIVE_CLAIMS_OF_A_NEWCOMER)
    return np.where(is_known, places, places_of_newcomers)


def coverage_by_locality(now: datetime) -> dict[int, float]:
    """Return the share (0 to 1) of the needs of the last 28 days that were taken on, by locality id."""
    recent = Need.objects.filter(created_at__gte=now - timedelta(days=COVERAGE_DAYS))
    wanted = recent.exclude(close_reason__in=NOT_WANTED).order_by().values("locality")
    taken = Q(claims__state__in=FILLS_A_PLACE)
    counts = wanted.annotate(
        all=Count("pk", distinct=True), helped=Count("pk", distinct=True, filter=taken)
    )
    return {row["locality"]: row["helped"] / row["all"] for row in counts}


def _excluded(need_pk: Ints, ids: Collection[int] | None) -> Links:
    claims = _among(Claim.objects.filter(need__state="open"), "need", ids)
    claimed = _links(claims, "need", "volunteer", need_pk)
    ended = (Match.State.DECLINED, Match.State.CANCELLED)
    ended_matches = Match.objects.filter(state__in=ended, need__state="open")
    declined = _links(_among(ended_matches, "need", ids), "need", "offer__volunteer", need_pk)
    needs = _among(Need.objects.open(), "pk", ids)
    kept_apart = _sorted_links(_table(pairs_kept_apart(needs), 2), need_pk)
    links = (claimed, declined, kept_apart)
    rows = np.concatenate([np.stack([part.owner, part.target], axis=1) for part in links])
    return Links(*np.unique(rows, axis=0).T)


def _is_own(languages: Links, wrote_in: list[str | None]) -> Bools:
    """As `asked.background_of`: of those they listed the one they wrote in, else all of them.

    `wrote_in` has a code, or none, for each need. (n_links,)
    """
    ids = dict(Language.objects.values_list("code", "pk"))
    written = np.array([ids.get(code or "", 0) for code in wrote_in], dtype=np.int64)
    is_written = languages.target == written[languages.owner]
    lists_others_only = np.ones(len(written), dtype=bool)
    lists_others_only[languages.owner[is_written]] = False
    is_own: Bools = is_written | lists_others_only[languages.owner]
    return is_own


def _refusals(offer_pk: Ints, offer_week: Ints, ids: Collection[int] | None) -> Refusals:
    columns = ("offer", "category", "locality", "since", "until")
    rows = _among(Refusal.objects.standing(), "offer", ids).values_list(*columns)
    table = _table(
        (
            (offer, category or 0, area or 0, _weeks_to(since, 0), _weeks_to(until, WEEKS_AHEAD))
            for offer, category, area, since, until in rows
        ),
        5,
    )
    table = np.unique(table, axis=0)
    first = np.searchsorted(offer_pk, table[:, 0])
    counts = np.searchsorted(offer_pk, table[:, 0], side="right") - first
    offer, refused = expand_ranges(first, counts)[0], np.repeat(table, counts, axis=0)
    holds = (refused[:, 3] <= offer_week[offer]) & (offer_week[offer] <= refused[:, 4])
    offer, refused = offer[holds], refused[holds]
    order = np.lexsort((refused[:, 2], refused[:, 1], offer))
    return Refusals(offer[order], refused[order, 1], refused[order, 2])


def _weeks_to(day: date | None, otherwise: int) -> int:
    """In how many weeks that of this day begins; `otherwise` where there is no day."""
    return (week_of(day) - this_week()).days // 7 if day else otherwise


def _links(rows: QuerySet[Row], owner: str, target: str, pk: Ints) -> Links:
    """The columns `owner` and `target` of the rows whose owner is among the sorted `pk`."""
    return _sorted_links(_table(rows.order_by().values_list(owner, target), 2), pk)


def _sorted_links(table: Ints, pk: Ints) -> Links:
    """`table` is (n, 2), ids of owners and targets; owners that are not among `pk` are left out."""
    position, exists = positions(table[:, 0], pk)
    owner, target = position[exists], table[exists, 1]
    order = np.lexsort((target, owner))
    return Links(owner[order], target[order])


def _count_by(rows: QuerySet[Row], column: str, ids: Ints) -> Ints:
    """How many rows have each of `ids` in a column; `ids` in any order, (n,) as the result."""
    table = _table(rows.order_by().values_list(column).annotate(n=Count("pk")), 2)
    order = np.argsort(ids)
    position, exists = positions(table[:, 0], ids[order])
    counts = np.zeros(len(ids), dtype=np.int64)
    counts[order[position[exists]]] = table[exists, 1]
    return counts


def _table(rows: Iterable[Iterable[int]], width: int) -> Ints:
    """(n_rows, width)"""
    flat = np.fromiter((value for row in rows for value in row), dtype=np.int64)
    return flat.reshape(-1, width)
