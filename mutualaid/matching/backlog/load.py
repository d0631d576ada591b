"""Open needs and free offers as columns, read in a few queries however many there are."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from mutualaid.catalog.models import Language
from mutualaid.matching.backlog.arrays import Links, NeedRows, OfferRows, Refusals, positions
from mutualaid.matching.backlog.problem import Ints
from mutualaid.matching.models import Match, Refusal
from offers_app.models import Offer
from requests_app.access.exclusions import pairs_kept_apart
from requests_app.models import Claim, Need
from requests_app.models.claim import this_week
from requests_app.models.need import time_slots_that_count
from requests_app.states import FILLS_A_PLACE, CloseReason

EXPECTED_DAYS = 28
"""Days of the past that stand for what is still to come."""
WEEKS = EXPECTED_DAYS // 7
WROTE_IN = "ask__contact__language"
NOT_ASKING = (CloseReason.WITHDRAWN, CloseReason.DUPLICATE, CloseReason.UNSAFE)
"""Whoever left for one of these reasons tells nothing about how much help will be wanted."""


def read_needs(now: datetime) -> NeedRows:
    """All open needs, and past ones that stand for those still to come this week."""
    columns = (
        "pk", "category", "locality", "urgency", "created_at", "helpers_wanted", WROTE_IN,
        "week_parts", "needed_by", "series",
    )  # fmt: skip
    rows = list(Need.objects.open().values_list(*columns))
    past = list(_still_to_come(now).values_list(*columns))
    every = sorted([(row, False) for row in rows] + [(row, True) for row in past])
    table = _table(((*row[:4], row[5]) for row, _ in every), 5)
    coming = _counted(Claim.objects.filling().filter(need__state="open"), "need", table[:, 0])
    waited = [(now - row[4]).total_seconds() / 3600 * (not is_past) for row, is_past in every]
    whose = Need.objects.all() if past else Need.objects.open()
    spoken = whose.filter(ask__languages__isnull=False)
    languages = _links(spoken, "pk", "ask__languages", table[:, 0])
    return NeedRows(
        pk=table[:, 0],
        category=table[:, 1],
        locality=table[:, 2],
        urgency=table[:, 3],
        waited_hours=np.maximum(np.array(waited, dtype=float), 0.0),
        expected=np.array([is_past for _, is_past in every], dtype=bool),
        helpers=np.maximum(table[:, 4] - coming, 1),
        week_parts=np.array([_parts(row, is_past) for row, is_past in every], dtype=np.int64),
        languages=languages,
        at_home=_at_home(languages, [row[6] for row, _ in every]),
        never=_never(table[:, 0]),
    )


def _parts(row: tuple[Any, ...], is_past: bool) -> int:
    """Which parts of the week count; what is only expected comes on any day."""
    *_, named, needed_by, series = row
    if is_past:
        return int(named)
    return time_slots_that_count(named, row[3], needed_by, on_the_day=series is not None)


def read_offers(now: datetime) -> OfferRows:
    columns = (
        "pk", "volunteer", "reach_km", "per_week", "has_vehicle", "volunteer__vetted",
        "week_parts",
    )  # fmt: skip
    takes_a_break = Q(volunteer__preferences__paused_until__gt=timezone.localdate(now))
    free = Offer.objects.active().exclude(takes_a_break)
    table = _table(free.order_by("pk").values_list(*columns), len(columns))
    taken = _counted(Claim.objects.filling_this_week(), "volunteer", table[:, 1])
    table, taken = table[taken < table[:, 3]], taken[taken < table[:, 3]]
    recent_invitations = Match.objects.filter(invited_at__gte=now - timedelta(days=7))
    pk = table[:, 0]

    def links(model: Any, target: str) -> Links:
        return _links(model.objects.all(), "offer", target, pk)

    return OfferRows(
        pk=pk,
        volunteer=table[:, 1],
        reach_km=table[:, 2],
        week_parts=table[:, 6],
        places=table[:, 3] - taken,
        taken=taken,
        has_vehicle=table[:, 4].astype(bool),
        vetted=table[:, 5].astype(bool),
        recent_invitations=_counted(recent_invitations, "offer", pk),
        categories=links(Offer.categories.through, "category"),
        localities=links(Offer.localities.through, "locality"),
        languages=links(Offer.languages.through, "language"),
        refusals=_refusals(pk),
    )


def coverage_by_locality(now: datetime) -> dict[int, float]:
    """Share of the needs of the last 28 days that somebody took on, for each locality."""
    lately = Need.objects.filter(created_at__gte=now - timedelta(days=EXPECTED_DAYS))
    taken = Q(claims__state__in=FILLS_A_PLACE)
    asked = lately.exclude(close_reason__in=NOT_ASKING).order_by().values("locality")
    counts = asked.annotate(
        all=Count("pk", distinct=True), helped=Count("pk", distinct=True, filter=taken)
    )
    return {row["locality"]: row["helped"] / row["all"] for row in counts}


def _still_to_come(now: datetime) -> "QuerySet[Need]":
    """A quarter of the needs of the last four weeks, of the days that this week still has before it."""
    next_monday = datetime.combine(this_week() + timedelta(days=7), time.min)
    left = timezone.make_aware(next_monday) - now
    spans = Q()
    for weeks in range(1, WEEKS + 1):
        begin = now - timedelta(weeks=weeks)
        spans |= Q(created_at__gte=begin, created_at__lt=begin + left)
    past = Need.objects.annotate(turn=F("pk") % WEEKS).filter(spans, turn=0)
    return past.exclude(state__in=("open", "triage")).exclude(close_reason__in=NOT_ASKING)


def _never(pk: Ints) -> Links:
    had_it = _links(Claim.objects.filter(need__state="open"), "need", "volunteer", pk)
    out = (Match.State.DECLINED, Match.State.CANCELLED)
    left_out = Match.objects.filter(state__in=out, need__state="open")
    said_no = _links(left_out, "need", "offer__volunteer", pk)
    kept_from = _sorted_links(_table(pairs_kept_apart(Need.objects.open()), 2), pk)
    parts = (had_it, said_no, kept_from)
    owner = np.concatenate([part.owner for part in parts])
    target = np.concatenate([part.target for part in parts])
    order = np.argsort(owner, kind="stable")
    return Links(owner[order], target[order])


def _at_home(languages: Links, wrote_in: list[str | None]) -> NDArray[np.bool_]:
    """As `candidates.spoken_in`: of those they listed the one they wrote in, else all of them."""
    ids = dict(Language.objects.values_list("code", "pk"))
    own = np.array([ids.get(code or "", 0) for code in wrote_in], dtype=np.int64)
    is_own = languages.target == own[languages.owner]
    without = np.ones(len(own), dtype=bool)
    without[languages.owner[is_own]] = False
    at_home: NDArray[np.bool_] = is_own | without[languages.owner]
    return at_home


def _refusals(pk: Ints) -> Refusals:
    rows = Refusal.objects.standing().values_list("offer", "category", "locality")
    table = _table(((offer, *(one or 0 for one in what)) for offer, *what in rows), 3)
    place, known = positions(table[:, 0], pk)
    return Refusals(place[known], table[known, 1], table[known, 2])


def _links(rows: "QuerySet[Any]", owner: str, target: str, pk: Ints) -> Links:
    """Rows of owners that are among the sorted `pk`, by their position there."""
    return _sorted_links(_table(rows.order_by().values_list(owner, target), 2), pk)


def _sorted_links(table: Ints, pk: Ints) -> Links:
    """The same of a table (n, 2) of owners and targets by id."""
    place, known = positions(table[:, 0], pk)
    order = np.argsort(place[known], kind="stable")
    return Links(place[known][order], table[known, 1][order])


def _counted(rows: "QuerySet[Any]", by: str, ids: Ints) -> Ints:
    """How many rows there are for each of `ids`."""
    table = _table(rows.order_by().values_list(by).annotate(n=Count("pk")), 2)
    order = np.argsort(ids)
    place, known = positions(table[:, 0], ids[order])
    counts = np.zeros(len(ids), dtype=np.int64)
    counts[order[place[known]]] = table[known, 1]
    return counts


def _table(rows: Iterable[tuple[Any, ...]], width: int) -> Ints:
    flat = np.fromiter((value for row in rows for value in row), dtype=np.int64)
    return flat.reshape(-1, width)
