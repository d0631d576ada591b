"""Start all servers, start again what dies, and end all."""

import signal
import time
from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

from mutualaid.health.alarm import watch_in_background
from mutualaid.standalone import broker, folder, web, worker
from mutualaid.standalone.changes import Changes
from mutualaid.standalone.child import Child, end
from mutualaid.standalone.errors import CannotStart
from mutualaid.standalone.prepare import check_database, prepare

STARTS_WITHIN = 60.0
"""Seconds to wait for a first answer."""
ENDS_WITHIN, BROKER_ENDS_WITHIN = 7.0, 2.0
"""Seconds for the web server and the worker to finish what they do, and then for the broker."""
POLL_SECONDS = 0.2
SOURCE_FOLDERS = ("mutualaid", "requests_app", "offers_app")


class Supervisor:
    """Serves the site on `port`; `write_line` gets each line for the terminal."""

    def __init__(self, *, port: int, write_line: Callable[[str], object]) -> None:
        self._port = port
        self._write_line = write_line
        self._brokers: list[Child] = []
        self._servers: list[Child] = []
        self._stopping = self._preparing = False

    def run(self) -> None:
        """Serve until a signal comes, and leave no process behind.

        Lets `CannotStart` through when the folder, the port, the database or a server fails.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        with folder.locked(settings.DATA_DIR, address=settings.SITE_URL):
            folder.end_orphans(settings.DATA_DIR)
            web.check_port(self._port)
            try:
                self._serve()
            finally:
                self._end_all()
        self._write_line(
            _("Stopped. Everything is kept in %(folder)s.") % {"folder": settings.DATA_DIR}
        )

    def _serve(self) -> None:
        self._write_line(_("Getting ready…"))
        check_database()
        self._start_broker()
        sign_ins = self._prepare()
        self._start(Child(_("worker"), worker.command()), self._servers)
        self._start(Child(_("beat"), worker.beat_command(settings.DATA_DIR)), self._servers)
        self._start(Child(_("web server"), web.command(self._port)), self._servers)
        self._wait_until(lambda: web.answers(self._port))
        if not self._stopping:
            self._write_line("")
            self._write_line(_("The site is ready: %(address)s") % {"address": settings.SITE_URL})
            if sign_ins:
                self._write_line(sign_ins)
            self._write_line(_("Press Ctrl-C to stop it."))
        changes = (
            Changes(settings.BASE_DIR / name for name in SOURCE_FOLDERS) if settings.DEBUG else None
        )
        while not self._stopping:
            self._check_children()
            watch_in_background()
            if changes and changes.any():
                self._restart()

    def _restart(self) -> None:
        # For developers: not translated.
        self._write_line("Something was saved: starting again.")
        end(self._servers, within=ENDS_WITHIN)
        for child in self._servers:
            child.start()
        self._write_processes()

    def _start_broker(self) -> None:
        socket = settings.BROKER_SOCKET
        if socket:
            broker.make_folder(socket)
            socket.unlink(missing_ok=True)
            self._start(Child(_("broker"), broker.command(socket)), self._brokers)
            self._wait_until(socket.is_socket)
        elif not broker.answers(settings.CELERY_BROKER_URL):
            self._write_line(
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

    def _wait_until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._stopping and not ready():
            if time.monotonic() > deadline:
                raise CannotStart(_("The site did not start. The lines above may say why."))
            self._check_children()

    def _check_children(self) -> None:
        for child in (*self._brokers, *self._servers):
            if child.has_died():
                line = _("Stopped by itself, and will start again: %(name)s")
                self._write_line(line % {"name": child.name})
            elif child.is_due():
                child.start()
                self._write_processes()
        time.sleep(POLL_SECONDS)

    def _start(self, child: Child, children: list[Child]) -> None:
        if not self._stopping:
            child.start()
            children.append(child)
            self._write_processes()

    def _write_processes(self) -> None:
        pids = [child.pid for child in (*self._brokers, *self._servers)]
        folder.write_processes(settings.DATA_DIR, pids)

    def _end_all(self) -> None:
        end(self._servers, within=ENDS_WITHIN)
        end(self._brokers, within=BROKER_ENDS_WITHIN)
        if settings.BROKER_SOCKET:
            settings.BROKER_SOCKET.unlink(missing_ok=True)
        folder.write_processes(settings.DATA_DIR, [])

    def _stop(self, *_signal: object) -> None:
        self._stopping = True
        if self._preparing:
            raise KeyboardInterrupt
