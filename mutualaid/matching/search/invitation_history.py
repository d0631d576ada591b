"""How often and when people were invited: the past of each offer, read for many at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Max, Q
from django.utils import timezone

from mutualaid.matching.models import Match

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


def invitations_of(offers: Iterable[int]) -> dict[int, Invitations]:
    """The past of each offer that was invited at all, by its id."""
    now = timezone.now()
    past = Match.objects.filter(offer__in=list(offers), invited_at__isnull=False).order_by()
    counted = past.values("offer").annotate(
        week=Count("pk", filter=Q(invited_at__gt=now - WEEK)),
        day=Count("pk", filter=Q(invited_at__gt=now - DAY)),
        last=Max("invited_at"),
    )
    return {row["offer"]: Invitations(row["week"], row["day"], row["last"]) for row in counted}
