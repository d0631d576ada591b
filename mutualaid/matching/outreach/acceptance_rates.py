"""Learning from what really happened how often people say yes to each kind of help."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from mutualaid.matching.models import AcceptanceRate, Match
from mutualaid.policy.current import current_policy

PAST = timedelta(days=90)
ENOUGH = 200
"""Asks from which on the measured rate is better than the usual one."""


def rate_of(category: int) -> float:
    """How often somebody who is asked for this kind says yes: measured, or usual until then."""
    row = AcceptanceRate.objects.filter(category=category, invitations__gte=ENOUGH).first()
    return row.yes / row.invitations if row else current_policy().base_acceptance_rate


@transaction.atomic
def count_answers() -> None:
    """Count invitations and yes of the last months.

    Whoever has not answered counts as a no: that errs on the side of asking one more.
    """
    now = timezone.now()
    asked = Match.objects.filter(invited_at__gt=now - PAST).order_by().values("need__category")
    counted = asked.annotate(
        invitations=Count("pk"), yes=Count("pk", filter=Q(state=Match.State.ACCEPTED))
    )
    AcceptanceRate.objects.bulk_create(
        [
            AcceptanceRate(
                category_id=row["need__category"],
                invitations=row["invitations"],
                yes=row["yes"],
                counted_at=now,
            )
            for row in counted
        ],
        update_conflicts=True,
        unique_fields=["category"],
        update_fields=["invitations", "yes", "counted_at"],
    )
