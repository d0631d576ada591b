"""Neighbours and volunteers are told on ways that refuse, bounce and lie, while workers are killed."""

from collections import deque
from collections.abc import Collection
from itertools import count, cycle, islice
from typing import NamedTuple

from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.delivery import MOST_TRIES
from mutualaid.notify.models import Attempt, Device, Notification
from mutualaid.people.models import Role, User
from requests_app.actions import (
    ContactDetails,
    claim_need,
    contact_for_coordinator,
    release_claim,
)
from requests_app.lifecycle.actors import volunteer
from tests.chaos.gateways import BUSY, CUT_OFF, LIES
from tests.chaos.servers import World
from tests.chaos.storm import Storm
from tests.chaos.timetables import Timetable
from tests.chaos.ways.lists import NEIGHBOURS, VOLUNTEERS, Ways
from tests.chaos.ways.reports import Reports
from tests.support import factories
from tests.support.people import wishes

Told = tuple[str, int]
"""The kind of a message, and the id of what it is about."""
MAKER = "https://fcm.googleapis.com/wake"
State = Notification.State


class Person(NamedTuple):
    """Someone with their list of ways, and the messages that are due to them."""

    ways: Ways
    due: tuple[Told, ...]


class WaysStorm(Storm):
    """Each need is said yes to at once: its neighbour hears that, and its volunteer whom to reach."""

    def __init__(self, world: World, timetable: Timetable) -> None:
        super().__init__(world, timetable)
        self.people: list[Person] = []
        self.reports = Reports(world)
        self._numbers = count(1)
        number = round(timetable.per_second * timetable.posting)
        self._to_ask = deque(islice(cycle(NEIGHBOURS), number))
        self._to_help: deque[tuple[Ways, User]] = deque()

    def run(self) -> None:
        factories.set_policy(coordinator_contact_views_per_hour=500)
        self._carla = factories.person("Carla", Role.COORDINATOR)
        for ways in islice(cycle(VOLUNTEERS), len(self._to_ask)):
            self._to_help.append((ways, self._volunteer(ways)))
        with self.reports.coming_back():
            super().run()

    def answers(self) -> dict[str, int]:
        """How often the world outside gave each bad answer."""
        texts = self.world.texts.answers
        return {
            "mailbox refused": self.world.mail.refused,
            "report that came back": self.reports.sent.total(),
            "text refused inside a yes": texts[LIES],
            "text put off": texts[BUSY],
            "text taken without an answer": texts[CUT_OFF],
            "device refused": self.world.maker.refused,
        }

    def _post_one(self) -> None:
        if not self._to_ask:
            return
        ways = self._to_ask.popleft()
        try:
            with transaction.atomic():
                people = self._ask_and_say_yes(ways) if ways.is_written_to else self._ask(ways)
        except DatabaseError:
            self._to_ask.append(ways)
            raise
        self.people += people
        self.note("posted", ways=[person.ways.name for person in people])

    def _ask_and_say_yes(self, ways: Ways) -> list[Person]:
        helps_by, helper = self._to_help.popleft()
        need = factories.need(contact=self._contact(ways))
        contact_for_coordinator(need.ask, by=self._carla)  # who knows now that the phone is theirs
        claim = claim_need(need, by=helper, weekly_limit=9)
        return [
            Person(ways, (("need_received", need.pk), ("need_claimed", claim.pk))),
            Person(helps_by, (("claim_made", claim.pk),)),
        ]

    def _ask(self, ways: Ways) -> list[Person]:
        """Whoever is not written to is rung when they would wait in vain: the volunteer lets it go."""
        helper = factories.person()
        claim = claim_need(factories.need(contact=self._contact(ways)), by=helper, weekly_limit=9)
        release_claim(claim, by=volunteer(helper))
        return [Person(ways, (("need_reopened", claim.pk),) if ways.rings else ())]

    def _contact(self, ways: Ways) -> ContactDetails:
        chosen = {"email": ways.mail, "sms": ways.text, "call": ways.rings}
        return ContactDetails(
            name="Ana",
            email=self._address(ways),
            phone=self._phone(ways),
            channels=",".join(channel for channel, wanted in chosen.items() if wanted),
        )

    def _volunteer(self, ways: Ways) -> User:
        user = factories.person(
            email=self._address(ways) or f"dee-{next(self._numbers)}@people.example"
        )
        phone = self._phone(ways)
        chosen = {"push": ways.devices, "sms": ways.text, "email": ways.mail}
        wishes(
            user,
            ways={"tasks": [channel for channel, wanted in chosen.items() if wanted]},
            phone=phone,
            phone_confirmed_at=timezone.now() if phone else None,
        )
        for mood in ways.devices:
            name = f"{user.pk}-{mood}"
            keys = {"endpoint": f"{MAKER}/{name}", **self.world.maker.keys}
            Device.objects.create(user=user, fingerprint=name, **keys)
        return user

    def _address(self, ways: Ways) -> str:
        return f"someone-{next(self._numbers)}@{ways.mail}" if ways.mail else ""

    def _phone(self, ways: Ways) -> str:
        if not ways.text and not ways.rings:
            return ""
        phone = f"+1212555{next(self._numbers):04}"
        self.world.texts.moods[phone] = ways.text
        return phone

    def _missing(self) -> Collection[object]:
        """The messages that are not settled, and the copies whose report is under way."""
        try:
            self._let_half_a_day_pass()
            waiting = Notification.objects.filter(state=State.WAITING)
            return {*waiting.values_list("pk", flat=True), *self.reports.waiting()}
        finally:
            connection.close()

    def _let_half_a_day_pass(self) -> None:
        """What waits is due, and a text that is refused once more is given up."""
        unsent = Notification.objects.unsent()
        texts = Attempt.objects.filter(channel=Sms.name, state=Attempt.State.TRYING)
        texts.filter(notification__in=unsent).update(tries=MOST_TRIES - 1)
        unsent.filter(due_at__gt=Now()).update(due_at=Now())
