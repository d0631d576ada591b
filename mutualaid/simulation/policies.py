"""Whom to invite, and when: the site's own way and two plain ones, behind one small interface.

All go by the same hard rules and through the same invitations and answers.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from mutualaid.matching import tasks
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.models import Match
from mutualaid.matching.outreach.acceptance import acceptance_factor
from mutualaid.matching.outreach.waves import invite
from mutualaid.matching.scoring import total
from mutualaid.matching.search.ranking import Ranked, best_offers
from requests_app.models import Need

EVERYBODY = 1_000_000
SOLVE_HOURS = 3
"""The real clock solves the backlog every five minutes; in a small city this is as good."""


class Policy(Protocol):
    def sweep(self) -> None:
        """Look at every need that is due now and invite whom it likes; called every quarter of an hour."""


class OurOwn:
    """The site as it is: waves in the order of rank, and the prices of the whole backlog."""

    def __init__(self) -> None:
        self.next_solve = timezone.now()

    def sweep(self) -> None:
        now = timezone.now()
        if now >= self.next_solve:
            run_backlog(cold=now.hour == 3)
            self.next_solve = now + timedelta(hours=SOLVE_HOURS)
        tasks.sweep()


class InviteEveryone:
    """Whoever fits is invited at once, and who comes to fit is invited the next day."""

    def sweep(self) -> None:
        _for_each_due(lambda fitting: fitting, timedelta(days=1))


class NearestFive:
    """The five nearest, two hours later the next five, and so on."""

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
    now, known = timezone.now(), frozenset(need.matches.values_list("offer_id", flat=True))
    for one in choose(best_offers(need, EVERYBODY, without=known).offers):
        score, factor = total(one.lines), acceptance_factor(one.facts)
        match = Match(
            need=need, offer_id=one.offer_id, score=score, lines=one.lines, acceptance_factor=factor
        )
        match.save()
        invite(need, [match], now)
    Need.objects.filter(pk=need.pk).update(match_due_at=now + wait)


def _km(one: Ranked) -> float:
    return 0.0 if one.facts.same_locality else one.facts.km or 0.0
