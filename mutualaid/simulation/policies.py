"""Whom to invite, and when: the site's own way and two plain ones to compare it with.

All keep the same hard rules, and use the same invitations and answers.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from mutualaid.matching import tasks
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.outreach.match_need import unsaved_match
from mutualaid.matching.outreach.waves import invite
from mutualaid.matching.search.ranking import Ranked, best_offers
from requests_app.models import Need

ALL = 1_000_000
"""More offers than there can be."""
SOLVE_HOURS = 3
"""The site solves the backlog every five minutes; in a small city this is as good."""


class Policy(Protocol):
    def sweep(self) -> None:
        """Invite volunteers to the needs that are due now; called every quarter of an hour."""


class OurOwn:
    """The site's own way: waves in the order of rank, and the prices of the whole backlog."""

    def __init__(self) -> None:
        self.next_solve = timezone.now()

    def sweep(self) -> None:
        now = timezone.now()
        if now >= self.next_solve:
            run_backlog(cold=now.hour == 3)
            self.next_solve = now + timedelta(hours=SOLVE_HOURS)
        tasks.sweep()


class InviteEveryone:
    """Invites whoever fits at once, and who comes to fit the next day."""

    def sweep(self) -> None:
        _for_each_due(lambda fitting: fitting, timedelta(days=1))


class NearestFive:
    """Invites the five nearest, two hours later the next five, and so on."""

    def sweep(self) -> None:
        _for_each_due(lambda fitting: sorted(fitting, key=_km)[:5], timedelta(hours=2))


POLICIES: dict[str, Callable[[], Policy]] = {
    "ours": OurOwn,
    "everybody": InviteEveryone,
    "nearest five": NearestFive,
}


def _for_each_due(choose: Callable[[list[Ranked]], list[Ranked]], wait: timedelta) -> None:
    for need in Need.objects.due_for_matching().select_related("category", "locality", "ask"):
        _invite(need, choose, wait)


@transaction.atomic
def _invite(need: Need, choose: Callable[[list[Ranked]], list[Ranked]], wait: timedelta) -> None:
    now = timezone.now()
    matched = frozenset(need.matches.values_list("offer_id", flat=True))
    for ranked in choose(best_offers(need, ALL, without=matched).offers):
        match = unsaved_match(need, ranked)
        match.save()
        invite(need, [match], now)
    Need.objects.filter(pk=need.pk).update(match_due_at=now + wait)


def _km(ranked: Ranked) -> float:
    return ranked.facts.km or 0.0
