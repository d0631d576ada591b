"""What fits from now on because time has passed, and no one has written anything.

Each sweep looks at the time since the one before. A pause that is over is ended by `offers_app`.
"""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid import clock
from mutualaid.local_time import week_of
from mutualaid.matching.models import CalendarMark, Refusal
from offers_app.models import Offer
from requests_app.models import Claim


def make_due() -> int:
    """Make the offers due that are free again since the last look; returns how many.

    A task of theirs has ended, a new week has begun and they had tasks in the one before, or what they ruled
    out up to a day counts no longer.
    """
    now = clock.now()
    before = CalendarMark.objects.move_to(now)
    if before is None:
        return 0
    is_free = Q(volunteer__in=_claims_over(before, now).values("volunteer"))
    is_free |= Q(pk__in=_refusals_over(before, now).values("offer"))
    later = Q(match_due_at=None) | Q(match_due_at__gt=Now())
    return Offer.objects.active().filter(is_free, later).update(match_due_at=Now())


def _claims_over(before: datetime, now: datetime) -> QuerySet[Claim]:
    over = Q(ended_at__gt=before, ended_at__lte=now)
    weeks = {
        "week__gte": week_of(timezone.localdate(before)),
        "week__lt": week_of(timezone.localdate(now)),
    }
    return Claim.objects.filter(over | Q(**weeks))


def _refusals_over(before: datetime, now: datetime) -> QuerySet[Refusal]:
    first, today = timezone.localdate(before), timezone.localdate(now)
    return Refusal.objects.filter(until__gte=first, until__lt=today)
