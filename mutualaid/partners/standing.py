"""How we stand with each partner: when it was last heard of, and what waits for it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.states import MessageState

LATELY = timedelta(days=14)
NOT_LET_IN = (401, 403)


class Standing(NamedTuple):
    """`partner.heard_at` and `partner.away_since` say since when it is so.

    `waiting` messages wait, the first since `oldest_at`. `refuses_us`: its site answers and lets none of
    ours in, so it may have paused, or one of the clocks is wrong. `refused` and `given_up` count those of the
    last 14 days.
    """

    partner: Partner
    waiting: int
    oldest_at: datetime | None
    refuses_us: bool
    refused: int
    given_up: int


def standings(partners: Iterable[Partner]) -> list[Standing]:
    """Return how we stand with each of them, in one query."""
    partners = list(partners)
    of_theirs = OutgoingMessage.objects.filter(partner__in=partners).order_by()
    waits = Q(state=MessageState.WAITING)
    lately = Q(settled_at__gt=Now() - LATELY)
    counted: dict[int, Any] = {
        row["partner"]: row
        for row in of_theirs.values("partner").annotate(
            waiting=Count("pk", filter=waits),
            oldest_at=Min("created_at", filter=waits),
            kept_out=Count("pk", filter=waits & Q(status__in=NOT_LET_IN)),
            refused=Count("pk", filter=lately & Q(state=MessageState.REFUSED)),
            given_up=Count("pk", filter=lately & Q(state=MessageState.GIVEN_UP)),
        )
    }
    return [_standing(partner, counted.get(partner.pk, {})) for partner in partners]


def standing_of(partner: Partner) -> Standing:
    """Return how we stand with one."""
    return standings([partner])[0]


def _standing(partner: Partner, row: dict[str, Any]) -> Standing:
    return Standing(
        partner,
        waiting=row.get("waiting", 0),
        oldest_at=row.get("oldest_at"),
        refuses_us=bool(partner.away_since and row.get("kept_out")),
        refused=row.get("refused", 0),
        given_up=row.get("given_up", 0),
    )
