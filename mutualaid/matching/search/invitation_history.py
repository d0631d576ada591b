"""How often and when somebody was invited."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, DateTimeField, Max, OuterRef, Q, QuerySet

from mutualaid.matching.models import Match
from mutualaid.statements import Given, compiled, in_window, slot, slots

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


class Invitations(NamedTuple):
    """How many one offer had in the last seven days and the last 24 hours, and the last one ever."""

    week: int = 0
    day: int = 0
    last: datetime | None = None

    def days_since(self, now: datetime) -> int | None:
        """Whole days since the last one; None if there was none."""
        return (now - self.last).days if self.last else None


NEVER = Invitations()


def invitations_of(offers: Iterable[int], now: datetime) -> dict[int, Invitations]:
    """The past of each of these offers that was ever invited, by its id, in one query."""
    rows = _of_offers().rows(offers=list(offers), **since(now))
    return {offer: Invitations(*past) for offer, *past in rows}


def since(now: datetime) -> dict[str, datetime]:
    """The slots of `past`."""
    return {"week_ago": now - WEEK, "day_ago": now - DAY}


def past(offers: Given | in_window) -> "QuerySet[Any, tuple[Any, ...]]":
    """The id of each of these offers that was ever invited, with its `Invitations`."""
    return _counted(Q(offer__in=offers)).values_list("offer", *Invitations._fields)


def past_of(offer: OuterRef) -> "QuerySet[Any, Any]":
    """The `Invitations` of one offer, for a subquery; no row if it was never invited."""
    return _counted(Q(offer=offer))


def _counted(offers: Q) -> "QuerySet[Any, Any]":
    invited = Match.objects.filter(offers, invited_at__isnull=False).order_by()
    return invited.values("offer").annotate(
        week=Count("pk", filter=Q(invited_at__gt=slot("week_ago", DateTimeField()))),
        day=Count("pk", filter=Q(invited_at__gt=slot("day_ago", DateTimeField()))),
        last=Max("invited_at"),
    )


@compiled
def _of_offers() -> "QuerySet[Any, tuple[Any, ...]]":
    return past(slots("offers"))
