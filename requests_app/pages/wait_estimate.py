"""An honest wait: how long it took lately until somebody was found, here or as near to it as we know."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from django.db.models import Min
from django.utils import timezone
from django.utils.timesince import timesince

from mutualaid.catalog.models import Category, Locality
from requests_app.models import Need, NeedEvent
from requests_app.states import CloseReason

LATELY = timedelta(days=90)
MOST_READ = 500
"""Of the newest needs of this group; older ones say little of today."""
FEW = 5
"""Fewer needs than this say nothing: we look further."""
NOT_FOUND = (CloseReason.EXPIRED, CloseReason.UNABLE)
HOUR = timedelta(hours=1)
AT_LEAST = timedelta(minutes=1)


class PastNeed(NamedTuple):
    """A need that found somebody after `wait`, or nobody (None)."""

    category: int
    locality: int
    wait: timedelta | None


class Scope(NamedTuple):
    """Which needs to learn from, and how that is called."""

    categories: frozenset[int]
    localities: frozenset[int] | None
    what: str
    where: str


class Wait(NamedTuple):
    """Of `asked` needs `found` found somebody: half of them within `middle`."""

    shortest: timedelta
    middle: timedelta
    longest: timedelta
    found: int
    asked: int
    what: str
    where: str


def estimate_wait(need: Need) -> Wait | None:
    """What we know from like needs, the nearest that are enough; None when there is nothing to go by."""
    past = list(_past(need.category))
    return next(filter(None, (learn(past, scope) for scope in _scopes(need))), None)


def learn(past: Iterable[PastNeed], scope: Scope) -> Wait | None:
    """The waits within `scope`; None when fewer than `FEW` found somebody."""
    here = [row for row in past if _is_in(row, scope)]
    waits = sorted(max(row.wait, AT_LEAST) for row in here if row.wait is not None)
    if len(waits) < FEW:
        return None
    middle = timedelta(seconds=median(wait.total_seconds() for wait in waits))
    return Wait(waits[0], middle, waits[-1], len(waits), len(here), scope.what, scope.where)


def in_words(span: timedelta) -> str:
    """A span of time as people say it, to the hour: "20 minutes", "3 hours", "1 day, 20 hours"."""
    now = timezone.now()
    if span > HOUR:
        span = round(span / HOUR) * HOUR
    return timesince(now - span, now)


def _is_in(row: PastNeed, scope: Scope) -> bool:
    is_near = scope.localities is None or row.locality in scope.localities
    return row.category in scope.categories and is_near


def _past(category: Category) -> Iterator[PastNeed]:
    """The newest needs of this group that were asked here; a spreadsheet's times are not ours."""
    group = _group(category)
    rows = (
        Need.objects.filter(category__in=group, created_at__gte=timezone.now() - LATELY)
        .exclude(events__actor_kind=NeedEvent.Kind.IMPORT)
        .annotate(found_at=Min("claims__claimed_at"))
        .order_by("-created_at")
        .values_list("category", "locality", "created_at", "found_at", "close_reason")
    )
    for kind, area, created_at, found_at, reason in rows[:MOST_READ]:
        if found_at or reason in NOT_FOUND:
            yield PastNeed(kind, area, _span(created_at, found_at))


def _span(created_at: datetime, found_at: datetime | None) -> timedelta | None:
    return found_at - created_at if found_at else None


def _group(category: Category) -> Sequence[int]:
    group = category.parent or category
    return group.family


def _scopes(need: Need) -> Iterator[Scope]:
    """From near to far: this kind here, in wider areas, then its whole group the same way."""
    category, group = need.category, need.category.parent or need.category
    for kind in (category, group) if group != category else (group,):
        ids = frozenset({kind.pk} if kind == category and kind != group else group.family)
        if not category.remote_ok:
            for area in _areas(need.locality):
                yield Scope(ids, frozenset(area.with_descendants()), kind.label, area.name)
        yield Scope(ids, None, kind.label, "")


def _areas(locality: Locality) -> Iterator[Locality]:
    here: Locality | None = locality
    while here:
        yield here
        here = here.parent
