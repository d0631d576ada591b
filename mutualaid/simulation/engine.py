"""The game: asks come in, the policy invites, people answer, help is given. Through the real actions."""

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
    def __init__(self, game: SimulationSettings, arrivals: list[Arrival]) -> None:
        self.game = game
        self.chance = Random(f"{game.seed} people")  # noqa: S311  a game, no secret
        self.coming: list[tuple[datetime, int, Callable[[], None]]] = []
        self.number = count()
        self.seen_until = START
        self.end = START + timedelta(weeks=game.weeks)
        for arrival in arrivals:
            self._at(arrival.at, partial(_send, arrival))

    def run(self) -> None:
        """Run it to its end. Nothing is sent, and nothing waits for a broker."""
        now = START
        with moved_clock(START) as clock, without_broker():
            policy = POLICIES[self.game.policy]()
            while now < self.end:
                self._happen(now)
                if now.minute == 0:
                    tasks.sweep()
                policy.sweep()
                self._hear_who_was_invited()
                now += STEP
                clock.move_to(now)

    def _at(self, moment: datetime, do: Callable[[], None]) -> None:
        heapq.heappush(self.coming, (moment, next(self.number), do))

    def _after(self, wait: timedelta, do: Callable[[], None]) -> None:
        self._at(timezone.now() + wait, do)

    def _happen(self, now: datetime) -> None:
        while self.coming and self.coming[0][0] <= now:
            heapq.heappop(self.coming)[2]()

    def _hear_who_was_invited(self) -> None:
        """Whoever was invited in this step makes up their mind."""
        now = timezone.now()
        invited = Match.objects.filter(invited_at__gt=self.seen_until, invited_at__lte=now)
        for match in invited.order_by("pk").select_related("offer"):
            lately = invitations().filter(
                recipient=match.offer.volunteer_id, created_at__gt=now - timedelta(days=7)
            )
            said = answer(self.chance, match, lately.count(), self.game.fatigue)
            if said.kind == "yes":
                self._after(said.after, partial(self._yes, match.pk))
            elif said.kind == "no":
                self._after(said.after, partial(_no, match.pk))
        self.seen_until = now

    def _yes(self, pk: int) -> None:
        match = Match.objects.select_related("need__category", "offer__volunteer").get(pk=pk)
        try:
            claim = accept(match)
        except TOO_LATE:
            return
        report_in_touch(claim, by=volunteer(claim.volunteer))
        finish = _let_go if lets_go(self.chance) else _finish
        self._after(until_done(self.chance), partial(finish, claim.pk))


def _send(arrival: Arrival) -> None:
    need = NeedDetails(
        category=arrival.category, locality=arrival.locality, urgency=arrival.urgency
    )
    send_ask(needs=[need], contact=ContactDetails(), languages=arrival.languages, receipt=False)


def _no(pk: int) -> None:
    try:
        decline(Match.objects.select_related("need", "offer__volunteer").get(pk=pk))
    except (AlreadyAccepted, StateChanged):
        return


def _let_go(pk: int) -> None:
    claim = Claim.objects.select_related("need__ask", "volunteer").get(pk=pk)
    try:
        release_claim(claim, by=volunteer(claim.volunteer))
    except StateChanged:
        return


def _finish(pk: int) -> None:
    claim = Claim.objects.select_related("need__ask", "volunteer").get(pk=pk)
    try:
        deliver_claim(claim, by=volunteer(claim.volunteer))
        confirm_arrival(claim.need)
    except StateChanged:
        return
