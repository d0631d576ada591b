"""What to read again: what triggers told, and what time alone has changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from mutualaid.matching.backlog.load import INVITED_DAYS, WEEKS, open_needs
from mutualaid.matching.models import BacklogChange, Match
from mutualaid.matching.scoring import CONFIRMED_DAYS
from mutualaid.policy.current import current_policy
from offers_app.models import Offer
from requests_app.models import AccessLogEntry, Need

MOST_TOLD = 10_000
"""Where more was told, reading everything is no slower; and a statement takes so many ids."""


@dataclass(frozen=True)
class Changes:
    told: list[int]
    """Ids of the rows that told it."""
    needs: set[int]
    offers: set[int]
    everything: bool


def read_changes() -> Changes:
    """Read what triggers have told and nobody has taken in yet."""
    rows = list(BacklogChange.objects.values_list("pk", "need_id", "offer_id"))
    needs = {need for _, need, _ in rows if need is not None}
    offers = {offer for _, _, offer in rows if offer is not None}
    if BacklogChange.VEILED in needs:
        needs |= _needs_of_veiled_asks()
    everything = any(need is None and offer is None for _, need, offer in rows)
    too_many = max(len(needs), len(offers)) > MOST_TOLD
    return Changes([pk for pk, *_ in rows], needs, offers, everything or too_many)


def needs_by_time(since: datetime, now: datetime) -> set[int]:
    """The ids of past needs that stood for some still to come until now; see `load`."""
    spans = Q()
    for weeks in range(1, WEEKS + 1):
        ago = timedelta(weeks=weeks)
        spans |= Q(created_at__gte=since - ago, created_at__lt=now - ago)
    return set(Need.objects.filter(spans).values_list("pk", flat=True))


def offers_by_time(since: datetime, now: datetime) -> set[int]:
    """The ids of offers whose invitations, confirmation or first contacts have got too old to count."""
    invited = Match.objects.filter(_passed("invited_at", INVITED_DAYS, since, now))
    confirmed = Offer.objects.filter(_passed("confirmed_at", CONFIRMED_DAYS, since, now))
    days = current_policy().newcomer_contact_days
    looked = AccessLogEntry.objects.filter(_passed("at", days, since, now), by__offer__isnull=False)
    return {
        *invited.values_list("offer", flat=True),
        *confirmed.values_list("pk", flat=True),
        *looked.values_list("by__offer", flat=True),
    }


def counts() -> tuple[int, int]:
    """How many needs are open, and how many offers active: where triggers were off, these tell."""
    return open_needs().count(), Offer.objects.active().count()


def _passed(column: str, days: int, since: datetime, now: datetime) -> Q:
    ago = timedelta(days=days)
    return Q((f"{column}__gte", since - ago), (f"{column}__lt", now - ago))


def _needs_of_veiled_asks() -> set[int]:
    veiled = Q(ask__veiled=True) | Q(ask__merged__veiled=True)
    return set(Need.objects.open().filter(veiled).values_list("pk", flat=True))
