"""Run a simulation through the site's own actions: asks come in, people are invited, answer and help."""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from django.db import connection
from django.utils import timezone

from mutualaid.celery import without_broker
from mutualaid.matching.actions import AlreadyAccepted, accept, decline, match_for
from mutualaid.matching.models import Match
from mutualaid.notify.models import Notification
from mutualaid.simulation.behaviour import POPULATIONS, Answer, Invitation, Pair
from mutualaid.simulation.city import Volunteer, volunteers_by_offer
from mutualaid.simulation.clock import moved_clock
from mutualaid.simulation.draws import Draws
from mutualaid.simulation.needs import Arrival
from mutualaid.simulation.settings import AFTERWARDS, START, SimulationSettings
from mutualaid.simulation.strategies import STRATEGIES
from offers_app.actions import withdraw_offer
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
from requests_app.lifecycle.actors import volunteer as by_volunteer
from requests_app.models import Claim, Need

STEP = timedelta(minutes=15)
FOLLOW_UP_HOURS = 6
"""The site follows up each minute. Here everyone says at once that they are in touch: the rest is days."""
WEEK = timedelta(days=7)
TOO_LATE = (StateChanged, NotForYou, WeekIsFull)


class Simulation:
    """A queue of events by time, and a clock that is moved in steps of `STEP`."""

    def __init__(self, settings: SimulationSettings, arrivals: Sequence[Arrival]) -> None:
        self.settings = settings
        self.draws = Draws(settings.city.seed)
        self.population = POPULATIONS[settings.population](self.draws)
        self.volunteers = volunteers_by_offer()
        self.need_numbers: dict[int, int] = {}
        """By the id of the need; its place among the arrivals."""
        self.invitations = Counter[tuple[int, int]]()
        """Of this person to this need so far, by their numbers."""
        self.claims = Counter[tuple[int, int]]()
        self.invited_lately: dict[int, deque[datetime]] = defaultdict(deque)
        """When each person was invited in the last seven days, by their number."""
        self.left: set[int] = set()
        """Who left for good, by their number."""
        self.answers: dict[tuple[int, int, int], Answer] = {}
        """Of this person to this need at this invitation, by their numbers, what was drawn."""
        self.events: list[tuple[datetime, int, Callable[[], None]]] = []
        """A heap; the number keeps events of one moment in their order."""
        self.number = count()
        self.answered_until = START
        self.messages = _last_message()
        """The last that was written when answers were drawn; each invitation is one."""
        self.end = START + timedelta(weeks=settings.city.weeks) + AFTERWARDS
        for number, arrival in enumerate(arrivals):
            self._at(arrival.at, partial(self._send, number, arrival))
        for volunteer in self.volunteers.values():
            for wait in self.population.visits(volunteer.number, self.end - START):
                look = partial(self._look_at_board, volunteer)
                self._at(START + wait, partial(self._unless_left, volunteer, look))

    def run(self) -> None:
        """Run it to its end, without a broker. Messages stay in the outbox."""
        now = START
        with moved_clock(START) as clock, without_broker():
            strategy = STRATEGIES[self.settings.strategy]()
            while now < self.end:
                self._do_what_is_due(now)
                if now.minute == 0 and now.hour % FOLLOW_UP_HOURS == 0:
                    tasks.sweep()
                strategy.sweep()
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

    def _send(self, number: int, arrival: Arrival) -> None:
        need = NeedDetails(
            category=arrival.category, locality=arrival.locality, urgency=arrival.urgency
        )
        ask = send_ask(
            needs=[need], contact=ContactDetails(), languages=arrival.languages, receipt=False
        )
        sent = ask.needs.get()
        # By this, who goes first among equals is drawn.
        Need.objects.filter(pk=sent.pk).update(public_id=self.draws.uuid("need", number))
        self.need_numbers[sent.pk] = number

    def _draw_answers(self) -> None:
        """Put the answers of those who were invited since the last step into the queue."""
        now, messages = timezone.now(), _last_message()
        if messages == self.messages:
            return
        self.messages = messages
        invited = Match.objects.filter(invited_at__gt=self.answered_until, invited_at__lte=now)
        matches = list(invited.order_by("pk").select_related("need__category", "need__locality"))
        for match in matches:
            self.invited_lately[self.volunteers[match.offer_id].number].append(now)
        for match in matches:
            self._draw_answer(match, now)
        self.answered_until = now

    def _draw_answer(self, match: Match, now: datetime) -> None:
        volunteer = self.volunteers[match.offer_id]
        invitation = self._invitation(volunteer, match, now)
        reply = self.population.answer(invitation)
        self.answers[invitation.name] = reply
        if self.population.leaves(invitation):
            withdraw_offer(volunteer.offer)
            self.left.add(volunteer.number)
        elif reply.kind != "silence":
            do: Callable[[int], object] = self._accept if reply.kind == "yes" else _decline
            self._after(reply.after, partial(self._unless_left, volunteer, partial(do, match.pk)))

    def _invitation(self, volunteer: Volunteer, match: Match, now: datetime) -> Invitation:
        pair, lately = self._pair(volunteer, match.need), self.invited_lately[volunteer.number]
        while lately[0] <= now - WEEK:
            lately.popleft()
        self.invitations[pair.person, pair.need] += 1
        return Invitation(
            pair=pair,
            nth=self.invitations[pair.person, pair.need],
            factor=match.acceptance_factor,
            in_seven_days=len(lately),
            at=now,
        )

    def _unless_left(self, volunteer: Volunteer, do: Callable[[], object]) -> None:
        if volunteer.number not in self.left:
            do()

    def _pair(self, volunteer: Volunteer, need: Need) -> Pair:
        number = self.need_numbers[need.pk]
        return volunteer.pair_with(number, need.category, need.locality, need.urgency)

    def _look_at_board(self, volunteer: Volunteer) -> None:
        """They read the needs of what they offer, the most urgent first, and take on one that they like."""
        for need in Need.objects.on_board().filter(category__in=volunteer.categories):
            if self.population.takes_from_board(self._pair(volunteer, need)):
                match = match_for(volunteer.user, need)
                if match and self._accept(match.pk):
                    return

    def _accept(self, pk: int) -> bool:
        """Say yes, and put into the queue what comes of it; returns whether they could."""
        match = Match.objects.select_related("need__category", "need__locality", "offer__volunteer")
        accepted = match.get(pk=pk)
        try:
            claim = accept(accepted)
        except TOO_LATE:
            return False
        report_in_touch(claim, by=by_volunteer(claim.volunteer))
        pair = self._pair(self.volunteers[accepted.offer_id], accepted.need)
        self.claims[pair.person, pair.need] += 1
        nth = self.claims[pair.person, pair.need]
        finish = _release if self.population.lets_go(pair, nth) else _deliver
        self._after(self.population.until_done(pair, nth), partial(finish, claim.pk))
        return True


def _last_message() -> int:
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(Notification._meta.db_table)
        cursor.execute(f"SELECT MAX(id) FROM {table}")  # noqa: S608  asked at each step
        return cursor.fetchone()[0] or 0


def _decline(pk: int) -> None:
    try:
        decline(Match.objects.select_related("need", "offer__volunteer").get(pk=pk))
    except (AlreadyAccepted, StateChanged):
        return


def _release(pk: int) -> None:
    claim = Claim.objects.select_related("need__ask", "volunteer").get(pk=pk)
    try:
        release_claim(claim, by=by_volunteer(claim.volunteer))
    except StateChanged:
        return


def _deliver(pk: int) -> None:
    claim = Claim.objects.select_related("need__ask", "volunteer").get(pk=pk)
    try:
        deliver_claim(claim, by=by_volunteer(claim.volunteer))
        confirm_arrival(claim.need)
    except StateChanged:
        return
