"""What came of a game, counted from the rows it left."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from mutualaid.matching.models import Match
from mutualaid.notify.models import Notification
from offers_app.models import Offer
from requests_app.models import Claim, Need
from requests_app.states import FILLS_A_PLACE, Urgency

ENOUGH = 10
"""An area with fewer needs than this says nothing about fairness."""
IN_TIME = timedelta(days=1)
Invitation = tuple[int, datetime]
"""Who was invited (id of the person), and when."""


@dataclass(frozen=True)
class Figures:
    """Shares are from 0 to 1. Gini is 0 where all volunteers are invited alike, 1 where one has all."""

    needs: int
    claimed: float
    critical_unmet: float
    """Of those needed today, the share that nobody took on within 24 hours."""
    invitations_per_claim: float
    invitations_a_week_p99: float
    gini_of_invitations: float
    worst_locality: float
    km: float


def count() -> Figures:
    needs = list(Need.objects.values_list("pk", "urgency", "locality", "created_at"))
    kept = Claim.objects.filter(state__in=FILLS_A_PLACE)
    taken = dict(kept.values_list("need", "claimed_at"))
    critical = [row for row in needs if row[1] == Urgency.CRITICAL]
    late = [pk for pk, _, _, at in critical if pk not in taken or taken[pk] - at > IN_TIME]
    invited = list(invitations().values_list("recipient", "created_at"))
    return Figures(
        needs=len(needs),
        claimed=_share(len(taken), len(needs)),
        critical_unmet=_share(len(late), len(critical)),
        invitations_per_claim=_share(len(invited), len(taken)),
        invitations_a_week_p99=_p99(invited),
        gini_of_invitations=_gini(_per_volunteer(invited)),
        worst_locality=_worst([(row[2], row[0] in taken) for row in needs]),
        km=_km(set(taken)),
    )


def invitations() -> "QuerySet[Notification]":
    """Each is a message of its own, also where one person is invited to a need once more."""
    return Notification.objects.filter(kind="need_fits")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _p99(rows: list[Invitation]) -> float:
    """Over volunteers and calendar weeks in which they were invited at all."""
    weeks = Counter((person, *at.isocalendar()[:2]) for person, at in rows)
    ordered = sorted(weeks.values())
    return float(ordered[int(0.99 * (len(ordered) - 1))]) if ordered else 0.0


def _per_volunteer(rows: list[Invitation]) -> list[int]:
    of = Counter(person for person, _ in rows)
    return sorted(of[pk] for pk in Offer.objects.values_list("volunteer", flat=True))


def _gini(ordered: list[int]) -> float:
    many, total = len(ordered), sum(ordered)
    weighted = sum((2 * n - many + 1) * one for n, one in enumerate(ordered))
    return weighted / (many * total) if total else 0.0


def _worst(rows: list[tuple[int, bool]]) -> float:
    here: dict[int, list[bool]] = defaultdict(list)
    for locality, helped in rows:
        here[locality].append(helped)
    shares = [sum(row) / len(row) for row in here.values() if len(row) >= ENOUGH]
    return min(shares, default=0.0)


def _km(needs: set[int]) -> float:
    """The way of those who came, from centre to centre; what works from afar has none."""
    accepted = Match.objects.filter(state=Match.State.ACCEPTED, need__in=needs)
    lines = accepted.values_list("lines", flat=True)
    ways = [float(line["value"]) for one in lines for line in one if line["code"] == "in_reach"]
    return sum(ways) / len(lines) if lines else 0.0
