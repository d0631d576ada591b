"""People walk through pages while everything fails on a timetable, and what they were promised is counted."""

import subprocess
import sys
import time
from collections import Counter

from django.conf import settings
from django.db import Error, connection
from django.db.models import Q
from django.db.models.functions import Now

from mutualaid.matching.models import NeedSearch
from mutualaid.notify.models import Notification
from requests_app.actions import publish_need
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need
from requests_app.states import NeedState
from tests.chaos.servers import World
from tests.chaos.storm import Storm
from tests.chaos.timetables import Timetable
from tests.chaos.visits.cast import PEOPLE, gather
from tests.chaos.visits.mail import MoodyMailServer
from tests.chaos.visits.promises import Outcome
from tests.load.visits import let_come
from tests.servers.celery_apart import worker_arguments

WAITS_FOR_A_SITE = 150.0
"""Seconds for which people try again, as they would; a server that hangs is found out after forty."""
AN_HOUR = 3600


class VisitsStorm(Storm):
    """Messages that a worker had in hand when it failed, or the database did, are noted: a copy is theirs."""

    def __init__(self, world: World, timetable: Timetable) -> None:
        super().__init__(world, timetable)
        self._in_hand = Counter[int]()
        self._is_there_room = True
        self._wrong_clock: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        visitors = gather()
        self._kept_away, self._carla = visitors.kept_away, visitors.carla
        connection.close()
        self._began = time.monotonic()
        try:
            self._visits = let_come(
                self.world,
                visitors.cast,
                PEOPLE,
                seconds=self.timetable.posting,
                per_second=self.timetable.per_second,
                patience=WAITS_FOR_A_SITE,
                beside=self._fail,
            )
            self.read_what_waits()
            self._wait_for_what_is_missing()
        finally:
            self.kill_wrong_clock()

    def outcome(self, mail: MoodyMailServer) -> Outcome:
        """What came of it all, when it is over."""
        return Outcome(
            receipts=self._visits.receipts,
            seen=self._visits.seen,
            copies={message: len(moments) for message, moments in mail.copies.items()},
            recipients=dict(mail.recipients),
            answers=dict(mail.answers),
            in_doubt=dict(mail.in_doubt),
            in_hand=dict(self._in_hand),
            kept_away=self._kept_away,
            unsettled=sorted(self._missing()),
            settles_within=self.timetable.patience,
            missing=self._visits.missing,
            is_back=self.world.site.answers(),
            faults=[fault for _, fault in self.timetable.faults],
        )

    def kill_worker(self) -> None:
        self.world.kill_worker()
        self._note_in_hand()
        if self.timetable.leases_end_with_their_worker and self._is_there_room:
            Notification.objects.exclude(lease_until=None).update(lease_until=Now())
            connection.close()

    def hang_worker(self) -> None:
        self.world.hang_worker()
        self._note_in_hand()

    def kill_supervisor(self) -> None:
        self._note_in_hand()
        self.world.kill_supervisor()

    def restart_database(self) -> None:
        self._note_in_hand()
        self.world.restart_database()
        self._note_in_hand()

    def fill_disk(self) -> None:
        self._is_there_room = False
        self.world.fill_disk()
        self._note_in_hand()

    def empty_disk(self) -> None:
        self.world.empty_disk()
        self._is_there_room = True

    def stop_mail(self) -> None:
        self._note_in_hand()
        super().stop_mail()
        self._note_in_hand()

    def read_what_waits(self) -> None:
        """A coordinator publishes the needs that are kept from someone."""
        for need in Need.objects.filter(state=NeedState.TRIAGE):
            publish_need(need, by=coordinator(self._carla))
        connection.close()

    def join_with_wrong_clock(self) -> None:
        """A worker on a machine whose clock has jumped an hour ahead takes tasks as well."""
        module = ("-m", "tests.support.wrong_clock", str(AN_HOUR))
        self._wrong_clock = subprocess.Popen(
            [sys.executable, *module, *worker_arguments()],
            cwd=settings.BASE_DIR,
            env=self.world.site.environment,
            stdout=subprocess.DEVNULL,
        )

    def kill_wrong_clock(self) -> None:
        if self._wrong_clock:
            self._wrong_clock.kill()
            self._wrong_clock.wait()
            self._note_in_hand()
            self._wrong_clock = None

    def _note_in_hand(self) -> None:
        try:
            leased = Notification.objects.exclude(lease_until=None)
            self._in_hand.update(leased.values_list("pk", flat=True))
        finally:
            connection.close()

    def _missing(self) -> set[str]:
        """The messages that are due or were tried in vain, and the needs that no one has looked at."""
        try:
            waiting = Notification.objects.filter(state=Notification.State.WAITING)
            late = waiting.filter(Q(due_at__lt=Now()) | Q(tries__gt=0))
            due = Need.objects.open().filter(match_due_at__lt=Now())
            unseen = due.exclude(pk__in=NeedSearch.objects.values("need"))
            return {
                *(
                    f"{kind}, {tries} tries, {error}, {due_at}, {pk}"
                    for pk, kind, tries, error, due_at in late.values_list(
                        "pk", "kind", "tries", "error", "due_at"
                    )
                ),
                *(f"need {pk} not looked at" for pk in unseen.values_list("pk", flat=True)),
            }
        except Error:
            return {"database"}
        finally:
            connection.close()
