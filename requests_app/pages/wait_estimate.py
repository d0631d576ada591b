"""How long a need may wait: how long it took lately until someone said yes to needs like it.

Needs are alike by category and area. If too few of the same category in the same area are known, wider
areas and then the whole group of the category are taken.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.timesince import timesince

from mutualaid.catalog.area_names import in_text
from mutualaid.catalog.models import Locality
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import CloseReason

PERIOD = timedelta(days=90)
MOST_NEEDS = 500
"""At most so many of the newest needs are read. Assumed, not measured, as are the other figures here."""
ENOUGH_NEEDS = 5
"""A scope in which fewer needs found someone gives no estimate."""
NOT_FOUND = (CloseReason.EXPIRED, CloseReason.UNABLE)
HOUR = timedelta(hours=1)
SHORTEST_WAIT = timedelta(minutes=1)


class PastNeed(NamedTuple):
    """A need that found someone after `wait`, or no one (None); by the ids of its category and area."""

    category: int
    locality: int
    wait: timedelta | None


class Scope(NamedTuple):
    """Which needs to learn from, by ids, and the labels of that category and area; None is any area."""

    categories: frozenset[int]
    localities: frozenset[int] | None
    what: str
    where: str


class Wait(NamedTuple):
    """Of `asked_count` needs `helped_count` found someone: half of them within `middle`, the median."""

    shortest: timedelta
    middle: timedelta
    longest: timedelta
    helped_count: int
    asked_count: int
    what: str
    where: str


def estimate_wait(need: Need) -> Wait | None:
    """The waits of the needs most like this one; None if too few are known in any scope."""
    group = need.category.parent or need.category
    alike = list(past_needs(Need.objects.filter(category__in=group.family)))
    return next(filter(None, (_waits_within(scope, alike) for scope in _scopes(need))), None)


def in_words(span: timedelta) -> str:
    """A span of time as people say it, to the hour: "20 minutes", "3 hours", "1 day, 20 hours"."""
    now = timezone.now()
    if span > HOUR:
        span = round(span / HOUR) * HOUR
    return timesince(now - span, now)


def _waits_within(scope: Scope, known: Iterable[PastNeed]) -> Wait | None:
    """The waits within `scope`; None if fewer than `ENOUGH_NEEDS` found someone."""
    needs = [need for need in known if _is_within(scope, need)]
    waits = sorted(max(need.wait, SHORTEST_WAIT) for need in needs if need.wait is not None)
    if len(waits) < ENOUGH_NEEDS:
        return None
    middle = timedelta(seconds=median(wait.total_seconds() for wait in waits))
    return Wait(waits[0], middle, waits[-1], len(waits), len(needs), scope.what, scope.where)


def _is_within(scope: Scope, need: PastNeed) -> bool:
    is_near = scope.localities is None or need.locality in scope.localities
    return need.category in scope.categories and is_near


def past_needs(among: QuerySet[Need]) -> Iterator[PastNeed]:
    """The newest of these needs that found someone, or whose search ended without.

    Imported needs are left out, since they were asked elsewhere before; of sensitive ones that are erased
    no exact time is left.
    """
    first_yes = Claim.objects.filter(need=OuterRef("pk")).order_by("claimed_at")
    rows = (
        among.filter(created_at__gte=timezone.now() - PERIOD)
        .exclude(events__actor_kind=NeedEvent.Kind.IMPORT)
        .exclude(ask__veiled=True, erased_at__isnull=False)
        .annotate(found_at=Subquery(first_yes.values("claimed_at")[:1]))
        .filter(Q(found_at__isnull=False) | Q(close_reason__in=NOT_FOUND))
        .order_by("-created_at")
        .values_list("category", "locality", "created_at", "found_at")
    )
    for category_id, locality_id, created_at, found_at in rows[:MOST_NEEDS]:
        wait = found_at - created_at if found_at else None
        yield PastNeed(category_id, locality_id, wait)


def _scopes(need: Need) -> Iterator[Scope]:
    """From near to far: this category here, in wider areas, anywhere; then its whole group likewise."""
    category, group = need.category, need.category.parent or need.category
    for kind in (category, group) if group != category else (group,):
        ids = frozenset({kind.pk} if kind == category and kind != group else group.family)
        if not category.remote_ok:
            for area in _with_wider_areas(need.locality):
                yield Scope(ids, frozenset(area.with_descendants()), kind.label, in_text(area))
        yield Scope(ids, None, kind.label, "")


def _with_wider_areas(locality: Locality) -> Iterator[Locality]:
    area: Locality | None = locality
    while area:
        yield area
        area = area.parent
