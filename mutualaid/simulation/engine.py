"""Run a simulation through the site's own actions: asks come in, people are invited, answer and help."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from django.utils import timezone

from mutualaid.celery import without_broker
from mutualaid.matching.actions import AlreadyAccepted, accept, decline
from mutualaid.matching.models import Match
from mutualaid.simulation.behaviour import answer, lets_go, until_done
from mutualaid.simulation.clock import moved_clock
from mutualaid.simulation.metrics import invitations
from mutualaid.simulation.needs import Arrival
from mutualaid.simulation.policies import POLICIES
from mutualaid.simulation.settings import START, SimulationSettings
from requests_app import tasks
from requests_app.actions import (
    ContactDetails,
    NeedDetails,
    NotForYou,
    StateChanged,
    WeekIsFull,
    confirm_arrival,
    deliver_claim,
    release_claim,
    report_in_touch,
    send_ask,
)
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim

STEP = timedelta(minutes=15)
TOO_LATE = (StateChanged, NotForYou, WeekIsFull)


class Simulation:
    """A queue of events by time, and a clock that is moved in steps of `STEP`."""

    def __init__(self, settings: SimulationSettings, arrivals: list[Arrival]) -> None:
        self.settings = settings
        self.random = Random(f"{settings.seed} people")  # noqa: S311  a simulation, no secret
        self.events: list[tuple[datetime, int, Callable[[], None]]] = []
        """A heap; the number keeps events of one moment in their order."""
        self.number = count()
        self.answered_until = START
        self.end = START + timedelta(weeks=settings.weeks)
        for arrival in arrivals:
            self._at(arrival.at, partial(_send, arrival))

    def run(self) -> None:
        """Run it to its end, without a broker. Messages stay in the outbox."""
        now = START
        with moved_clock(START) as clock, without_broker():
            policy = POLICIES[self.settings.policy]()
            while now < self.end:
                self._do_what_is_due(now)
                if now.minute == 0:
                    tasks.sweep()
                policy.sweep()
                self._draw_answers()
                now += STEP
                clock.move_to(now)

    def _at(self, moment: datetime, do: Callable[[], None]) -> None:
        heapq.heappush(self.events, (moment, next(self.number), do))

    def _after(self, wait: timedelta, do: Callable[[], None]) -> None:
        self._at(timezone.now() + wait, do)

    def _do_what_is_due(self, now: datetime) -> None:
        while self.events and self.events[0][0] <= now:
            heapq.heappop(self.events)[2]()

    def _draw_answers(self) -> None:
        """Put the answers of those who were invited since the last step into the queue."""
        now = timezone.now()
        invited = Match.objects.filter(invited_at__gt=self.answered_until, invited_at__lte=now)
        for match in invited.order_by("pk").select_related("offer"):
            recent = invitations().filter(
                recipient=match.offer.volunteer_id, created_at__gt=now - timedelta(days=7)
            )
            reply = answer(self.random, match, recent.count(), self.settings.fatigue)
            if reply.kind == "yes":
                self._after(reply.after, partial(self._accept, match.pk))
            elif reply.kind == "no":
                self._after(reply.after, partial(_decline, match.pk))
        self.answered_until = now

    def _accept(self, pk: int) -> None:
        match = Match.objects.select_related("need__category", "offer__volunteer").get(pk=pk)
        try:
            claim = accept(match)
        except TOO_LATE:
            return
        report_in_touch(claim, by=volunteer(claim.volunteer))
        finish = _release if lets_go(self.random) else _deliver
        self._after(until_done(self.random), partial(finish, claim.pk))


def _send(arrival: Arrival) -> None:
    need = NeedDetails(
        category=arrival.category, locality=arrival.locality, urgency=arrival.urgency
    )
    send_ask(needs=[need], contact=ContactDetails(), languages=arrival.languages, receipt=False)


def _decline(pk: int) -> None:
    try:
        decline(Match.objects.select_related("need", "offer__volunteer").get(pk=pk))
    except (AlreadyAccepted, StateChanged):
        return


def _release(pk: int) -> None:
    claim = Claim.objects.select_related("need__ask", "volunteer").get(pk=pk)
    try:
        release_claim(claim, by=volunteer(claim.volunteer))
    except StateChanged:
        return


def _deliver(pk: int) -> None:
    claim = Claim.objects.select_related("need__ask", "volunteer").get(pk=pk)
    try:
        deliver_claim(claim, by=volunteer(claim.volunteer))
        confirm_arrival(claim.need)
    except StateChanged:
        return
