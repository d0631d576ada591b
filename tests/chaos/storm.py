"""Needs are posted, everything fails on a timetable, and what arrived is counted."""

import threading
import time
from collections import defaultdict
from collections.abc import Collection
from functools import partial
from typing import Any

from celery.exceptions import OperationalError
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from mutualaid.notify.models import Attempt, Notification
from mutualaid.standalone.child import Child, end, program
from requests_app.actions import ContactDetails
from tests.chaos import plain
from tests.chaos.servers import World
from tests.chaos.timetables import Timetable
from tests.support import factories

POSTERS = 4
WAYS = {"plain": plain.send, "careful": plain.send_carefully}


class Storm:
    """One run. Every need is announced by the outbox, and at once in the other ways of the timetable."""

    def __init__(self, world: World, timetable: Timetable) -> None:
        self.world = world
        self.timetable = timetable
        self.note = world.history.note
        self.last_fault = 0.0
        self.posted_at: dict[int, float] = {}
        self._over = threading.Event()
        self._others = [Child(way, program(plain.command(way))) for way in timetable.beside]

    def run(self) -> None:
        factories.category(), factories.locality(), factories.language()
        connection.close()
        for child in self._others:
            child.start()
        threads = [threading.Thread(target=self._keep_running, daemon=True)]
        threads += [threading.Thread(target=self._post, args=(n,)) for n in range(POSTERS)]
        self._began = time.monotonic()
        for thread in threads:
            thread.start()
        try:
            self._fail()
            for thread in threads[1:]:
                thread.join()
            self._wait_for_what_is_missing()
        finally:
            self._over.set()
            threads[0].join()
            end(self._others, within=2)

    def kill_worker(self) -> None:
        """Kill the workers of all ways in the same moment."""
        self.world.kill_worker()
        for child in self._others:
            child.kill()
        if self.timetable.leases_end_with_their_worker:
            Notification.objects.exclude(lease_until=None).update(lease_until=Now())
            connection.close()

    def stop_mail(self) -> None:
        self.world.mail.stop()

    def start_mail(self) -> None:
        self.world.mail.start()

    def _fail(self) -> None:
        for at, fault in self.timetable.faults:
            time.sleep(max(0.0, self._began + at - time.monotonic()))
            self.note(fault, in_terminal=True)
            make_fault = getattr(self, fault, None) or getattr(self.world, fault)
            make_fault()
            self.last_fault = self.world.history.now()

    def _post(self, number: int) -> None:
        every = POSTERS / self.timetable.per_second
        until = self._began + self.timetable.posting
        moment = self._began + number / self.timetable.per_second
        while moment < until:
            time.sleep(max(0.0, moment - time.monotonic()))
            moment += every
            try:
                self._post_one()
            except DatabaseError as error:
                self.note("not posted", error=type(error).__name__)
            finally:
                connection.close()  # as a request does

    def _post_one(self) -> None:
        address = f"need-{time.monotonic_ns()}@people.example"
        at = self.world.history.now()
        with transaction.atomic():
            need = factories.need(contact=ContactDetails(name="Ana", email=address))
            for way in self.timetable.beside:
                transaction.on_commit(partial(self._start, WAYS[way], need.pk))
        self.posted_at[need.pk] = at
        self.note("posted", need=need.pk)

    def _start(self, task: Any, pk: int) -> None:
        try:
            task.delay(pk)
        except OperationalError:
            self.note("not started", task=task.name, need=pk)

    def _keep_running(self) -> None:
        """Start the workers of the other ways again; the site's own has its supervisor."""
        while not self._over.wait(0.2):
            for child in self._others:
                if not child.has_died() and child.is_due():
                    child.start()

    def _wait_for_what_is_missing(self) -> None:
        time.sleep(self.timetable.for_the_others)
        deadline = time.monotonic() + self.timetable.patience
        while time.monotonic() < deadline and self._missing():
            time.sleep(0.5)
        self.note("end", in_terminal=True)

    def _missing(self) -> Collection[object]:
        try:
            return due() - arrived(self.world).keys()
        finally:
            connection.close()


def due() -> set[int]:
    """Return the ids of the messages that are to arrive, by the need that each is about."""
    messages = Notification.objects.filter(kind="need_received")
    return set(messages.values_list("about_id", flat=True))


def arrived(world: World) -> dict[int, list[float]]:
    """Return the id of the need of each message that came → when its copies came, in seconds."""
    about = dict(Attempt.objects.values_list("message_id", "notification__about_id"))
    copies = defaultdict[int, list[float]](list)
    for message_id, moments in list(world.mail.copies.items()):
        if message_id in about:
            copies[about[message_id]] += moments
    return copies
