"""Whom to invite, and when: the site's own way and two plain ones to compare it with.

All keep the same hard rules, and use the same invitations and answers.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from django.db import connection, transaction
from django.utils import timezone

from mutualaid.matching import tasks
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.models import Match
from mutualaid.matching.outreach.match_need import unsaved_match
from mutualaid.matching.outreach.waves import invite
from mutualaid.matching.search.ranking import Ranked, best_offers
from mutualaid.matching.states import NOT_INVITED
from offers_app.models import Offer
from requests_app.models import Need

ALL = 1_000_000
"""More offers than there can be."""
SOLVE_HOURS = 3
"""The site solves the backlog every five minutes; in a small city this is as good."""
Choose = Callable[[list[Ranked]], list[Ranked]]


class Strategy(Protocol):
    def sweep(self) -> None:
        """Invite volunteers to the needs that are due now; called every quarter of an hour."""


class OurOwn:
    """The site's own way: waves in the order of rank, and the prices of the whole backlog."""

    def __init__(self) -> None:
        self.next_solve = timezone.now()
        self.due = [
            rows.order_by().values("pk")[:1].query.sql_with_params()
            for rows in (Need.objects.due_for_matching(), Offer.objects.due_for_matching())
        ]
        """Asked each quarter of an hour, so put together once; by the first day, so it may find too many."""

    def sweep(self) -> None:
        """Sweep when something is due, and each hour for what comes with the time."""
        now = timezone.now()
        if now >= self.next_solve:
            run_backlog(cold=now.hour == 3)
            self.next_solve = now + timedelta(hours=SOLVE_HOURS)
        is_full_hour = now.minute == 0
        if is_full_hour:
            tasks.learn()
        if is_full_hour or self._something_is_due():
            tasks.sweep()

    def _something_is_due(self) -> bool:
        with connection.cursor() as cursor:
            return any(cursor.execute(*query).fetchone() for query in self.due)


class FixedWaves:
    """Invites those whom `choose` takes of all who fit and have not heard of it, and again after `wait`.

    By a clock of its own for each need: whatever is answered meanwhile, a wave neither comes sooner nor
    later. A need that is open again goes on where it was.
    """

    def __init__(self, choose: Choose, wait: timedelta) -> None:
        self.choose, self.wait = choose, wait
        self.next_wave: dict[int, datetime] = {}

    def sweep(self) -> None:
        now = timezone.now()
        for need in (
            Need.objects.open().select_related("category", "locality", "ask").order_by("pk")
        ):
            if self.next_wave.get(need.pk, now) <= now:
                self.next_wave[need.pk] = now + self.wait
                _invite(need, self.choose)


def everyone(fitting: list[Ranked]) -> list[Ranked]:
    return fitting


def five_nearest(fitting: list[Ranked]) -> list[Ranked]:
    return sorted(fitting, key=lambda ranked: ranked.facts.km or 0.0)[:5]


STRATEGIES: dict[str, Callable[[], Strategy]] = {
    "ours": OurOwn,
    "everybody": partial(FixedWaves, everyone, timedelta(days=1)),
    "nearest five": partial(FixedWaves, five_nearest, timedelta(hours=2)),
}
"""Everybody: whoever fits at once, and who comes to fit the next day. Nearest five: the five nearest, after
two hours the next five, and so on."""


@transaction.atomic
def _invite(need: Need, choose: Choose) -> None:
    heard = need.matches.exclude(state__in=NOT_INVITED).values_list("offer_id", flat=True)
    chosen = choose(best_offers(need, ALL, without=frozenset(heard)).offers)
    Match.objects.bulk_create(
        [unsaved_match(need, ranked) for ranked in chosen],
        update_conflicts=True,
        unique_fields=["need", "offer"],
        update_fields=["score", "lines", "acceptance_factor"],
    )
    matches = need.matches.filter(offer__in=[ranked.offer_id for ranked in chosen])
    matches.apply("look_again")
    invite(need, matches.select_related("offer__volunteer"), timezone.now())
