"""Start everything, keep it running, end everything."""

import os
import signal
import time
from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

from mutualaid.standalone import broker, folder, web, worker
from mutualaid.standalone.changes import Changes
from mutualaid.standalone.child import Child, end
from mutualaid.standalone.errors import CannotStart
from mutualaid.standalone.prepare import check_database, prepare

STARTS_WITHIN = 60.0
"""Seconds to wait for a first answer."""
ENDS_WITHIN, BROKER_ENDS_WITHIN = 7.0, 2.0
"""Seconds for the web server and the worker to finish what they do, and then for the broker."""
GLANCE_EVERY = 0.2
"""Seconds."""
SOURCE = ("mutualaid", "requests_app", "offers_app")


class Supervisor:
    def __init__(self, *, port: int, say: Callable[[str], object]) -> None:
        self._port = port
        self._say = say
        self._brokers: list[Child] = []
        self._servers: list[Child] = []
        self._stopping = self._preparing = False

    def run(self) -> None:
        """Serve until a signal comes. Raises `CannotStart`. Leaves no process behind."""
        os.umask(0o077)  # what people wrote is for nobody else on this machine
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        with folder.held(settings.DATA_DIR, address=settings.SITE_URL):
            folder.end_orphans(settings.DATA_DIR)
            web.check_port(self._port)
            try:
                self._serve()
            finally:
                self._end()
        self._say(_("Stopped. Everything is kept in %(folder)s.") % {"folder": settings.DATA_DIR})

    def _serve(self) -> None:
        self._say(_("Getting ready…"))
        check_database()
        self._start_broker()
        sign_ins = self._prepare()
        self._start(Child(_("worker"), worker.command()), self._servers)
        self._start(Child(_("beat"), worker.beat_command(settings.DATA_DIR)), self._servers)
        self._start(Child(_("web server"), web.command(self._port)), self._servers)
        self._until(lambda: web.answers(self._port))
        if not self._stopping:
            self._say("")
            self._say(_("The site is ready: %(address)s") % {"address": settings.SITE_URL})
            if sign_ins:
                self._say(sign_ins)
            self._say(_("Press Ctrl-C to stop it."))
        changes = Changes(settings.BASE_DIR / room for room in SOURCE) if settings.DEBUG else None
        while not self._stopping:
            self._glance()
            if changes and changes.any():
                self._start_again()

    def _start_again(self) -> None:
        self._say(
            "Something was saved: starting again."
        )  # for who works on it, in no other language
        end(self._servers, within=ENDS_WITHIN)
        for child in self._servers:
            child.start()
        self._remember()

    def _start_broker(self) -> None:
        socket = settings.BROKER_SOCKET
        if socket:
            socket.unlink(missing_ok=True)
            self._start(Child(_("broker"), broker.command(socket)), self._brokers)
            self._until(socket.is_socket)
        elif not broker.answers(settings.CELERY_BROKER_URL):
            self._say(
                _(
                    "The broker in REDIS_URL does not answer. The site starts without it: "
                    "needs are kept, and are matched once it is back."
                )
            )

    def _prepare(self) -> str:
        try:
            self._preparing = True
            return "" if self._stopping else prepare()
        except KeyboardInterrupt:
            return ""
        finally:
            self._preparing = False

    def _until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._stopping and not ready():
            if time.monotonic() > deadline:
                raise CannotStart(_("The site did not start. The lines above may say why."))
            self._glance()

    def _glance(self) -> None:
        for child in (*self._brokers, *self._servers):
            if child.has_died():
                words = _("Stopped by itself, and will start again: %(name)s")
                self._say(words % {"name": child.name})
            elif child.is_due():
                child.start()
                self._remember()
        time.sleep(GLANCE_EVERY)

    def _start(self, child: Child, among: list[Child]) -> None:
        if not self._stopping:
            child.start()
            among.append(child)
            self._remember()

    def _remember(self) -> None:
        pids = [child.pid for child in (*self._brokers, *self._servers)]
        folder.remember(settings.DATA_DIR, pids)

    def _end(self) -> None:
        end(self._servers, within=ENDS_WITHIN)
        end(self._brokers, within=BROKER_ENDS_WITHIN)
        if settings.BROKER_SOCKET:
            settings.BROKER_SOCKET.unlink(missing_ok=True)
        folder.remember(settings.DATA_DIR, [])

    def _stop(self, *_signal: object) -> None:
        self._stopping = True
        if self._preparing:
            raise KeyboardInterrupt
