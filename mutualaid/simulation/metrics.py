"""Count the results of a simulation from the rows it left."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from mutualaid.matching.models import Match
from mutualaid.notify.models import Notification
from offers_app.models import Offer
from offers_app.states import OfferState
from requests_app.models import Claim, Need
from requests_app.states import FILLS_A_PLACE, Urgency

LEAST_NEEDS = 10
"""A share of fewer says nothing. Assumed, not measured."""
IN_TIME = timedelta(days=1)
Invitation = tuple[int, datetime]
"""Who was invited (id of the person), and when."""


@dataclass(frozen=True)
class Metrics:
    """Shares are from 0 to 1; None where there is nothing to take a share of."""

    needs: int
    claimed: float
    """Share of needs that were taken on."""
    critical_unmet: float | None
    """Of those needed today, the share that no one took on within 24 hours."""
    invitations_per_claim: float
    invitations_a_week_p99: float
    """Of all volunteers and calendar weeks with an invitation, what 99 % do not exceed."""
    gini_of_invitations: float
    """0 where all volunteers are invited alike, 1 where one has all."""
    worst_locality: float | None
    """Share of needs taken on in the worst-served area of at least `LEAST_NEEDS`; None where fewer
    than two have so many."""
    km: float
    """Mean distance from centre to centre of matches that were accepted; 0 for what works remotely."""
    left: float = 0.0
    """Share of volunteers who withdrew their offer."""
    critical: int = 0
    """How many needs were needed today."""


def count() -> Metrics:
    """Count the needs, claims and invitations in the database."""
    needs = list(Need.objects.values_list("pk", "urgency", "locality", "created_at"))
    kept = Claim.objects.filter(state__in=FILLS_A_PLACE)
    taken = dict(kept.values_list("need", "claimed_at"))
    critical = [row for row in needs if row[1] == Urgency.CRITICAL]
    late = [pk for pk, _, _, at in critical if pk not in taken or taken[pk] - at > IN_TIME]
    invited = list(invitations().values_list("recipient", "created_at"))
    return Metrics(
        needs=len(needs),
        claimed=_share(len(taken), len(needs)),
        critical_unmet=_share(len(late), len(critical)) if critical else None,
        invitations_per_claim=_share(len(invited), len(taken)),
        invitations_a_week_p99=_p99(invited),
        gini_of_invitations=_gini(_per_volunteer(invited)),
        worst_locality=_worst([(row[2], row[0] in taken) for row in needs]),
        km=_km(set(taken)),
        left=_share(
            Offer.objects.filter(state=OfferState.WITHDRAWN).count(), Offer.objects.count()
        ),
        critical=len(critical),
    )


def invitations() -> QuerySet[Notification]:
    """Return the messages that invite; one person may be invited to a need more than once."""
    return Notification.objects.filter(kind="need_fits")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _p99(rows: list[Invitation]) -> float:
    weeks = Counter((person, *at.isocalendar()[:2]) for person, at in rows)
    ordered = sorted(weeks.values())
    return float(ordered[int(0.99 * (len(ordered) - 1))]) if ordered else 0.0


def _per_volunteer(rows: list[Invitation]) -> list[int]:
    counts = Counter(person for person, _ in rows)
    return sorted(counts[pk] for pk in Offer.objects.values_list("volunteer", flat=True))


def _gini(ascending: list[int]) -> float:
    count, total = len(ascending), sum(ascending)
    weighted = sum((2 * rank - count + 1) * value for rank, value in enumerate(ascending))
    return weighted / (count * total) if total else 0.0


def _worst(rows: list[tuple[int, bool]]) -> float | None:
    by_locality: dict[int, list[bool]] = defaultdict(list)
    for locality, is_taken in rows:
        by_locality[locality].append(is_taken)
    shares = [
        sum(taken) / len(taken) for taken in by_locality.values() if len(taken) >= LEAST_NEEDS
    ]
    return min(shares) if len(shares) > 1 else None


def _km(needs: set[int]) -> float:
    accepted = Match.objects.filter(state=Match.State.ACCEPTED, need__in=needs)
    reasons = accepted.values_list("lines", flat=True)
    km = [float(line["value"]) for lines in reasons for line in lines if line["code"] == "in_reach"]
    return sum(km) / len(reasons) if reasons else 0.0
