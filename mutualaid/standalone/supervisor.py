"""Start all servers, start again what dies or does not answer, and end all."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from mutualaid.health import alarm
from mutualaid.standalone import broker, folder, web, worker
from mutualaid.standalone.changes import Changes
from mutualaid.standalone.child import STARTS_WITHIN, STOPPED_BY, Child, begin_again, end
from mutualaid.standalone.errors import CannotStart
from mutualaid.standalone.preload import preload
from mutualaid.standalone.prepare import check_database, prepare
from mutualaid.standalone.pulse import Pulse
from mutualaid.standalone.systemd import notify

ENDS_WITHIN, BROKER_ENDS_WITHIN = 7.0, 2.0
"""Seconds for the web server and the worker to finish what they do, and then for the broker."""
POLL_SECONDS = 0.2
LOOK_EACH = 10.0
"""Seconds between two questions whether each child is well."""
SOURCE_FOLDERS = ("mutualaid", "requests_app", "offers_app")


class Supervisor:
    """Serves the site on `port`; `write_line` gets each line for the terminal.

    It has no threads and no connections, for its children are forked from it.
    """

    def __init__(self, *, port: int, write_line: Callable[[str], object]) -> None:
        self._port = port
        self._write_line = _whether_or_not_there_is_room(write_line)
        self._is_written_down = True
        self._brokers: list[Child] = []
        self._servers: list[Child] = []
        self._stopping = self._begins_again = False
        self._next_look = 0.0
        self._next_watch = time.monotonic() + alarm.PAUSE.total_seconds()
        self._watch = Child("", alarm.watch_in_turn)

    def run(self) -> None:
        """Serve until a signal comes, and leave no process behind.

        Lets `CannotStart` through when the folder, the port, the database or a server fails.
        """
        for number in STOPPED_BY:
            signal.signal(number, self._stop)
        with folder.locked(settings.DATA_DIR, address=settings.SITE_URL):
            folder.end_orphans(settings.DATA_DIR)
            web.check_port(self._port)
            try:
                self._serve()
            finally:
                notify("STOPPING=1")
                self._end_all()
        if self._begins_again:
            begin_again({})
        self._write_line(
            _("Stopped. Everything is kept in %(folder)s.") % {"folder": settings.DATA_DIR}
        )

    def _serve(self) -> None:
        self._write_line(_("Getting ready…"))
        self._start_broker()
        sign_ins = self._prepare()
        if self._stopping:
            return
        preload()
        pulse = Pulse()
        work = partial(worker.run, pulse, settings.DATA_DIR)
        self._start(Child(_("worker"), work, partial(_is_heard, pulse)), self._servers)
        serve = partial(web.run, self._port)
        self._start(Child(_("web server"), serve, partial(web.answers, self._port)), self._servers)
        self._wait_until(lambda: web.answers(self._port))
        if not self._stopping:
            self._write_line("")
            self._write_line(_("The site is ready: %(address)s") % {"address": settings.SITE_URL})
            if sign_ins:
                self._write_line(sign_ins)
            self._write_line(_("Press Ctrl-C to stop it."))
            notify("READY=1")
        changes = (
            Changes(settings.BASE_DIR / name for name in SOURCE_FOLDERS) if settings.DEBUG else None
        )
        while not self._stopping:
            self._check_children()
            self.look_after()
            self._watch_site()
            if changes and changes.any():
                self._take_changes()

    def look_after(self) -> None:
        """Each `LOOK_EACH` seconds ask every child whether it is well, and start again what is not."""
        if time.monotonic() < self._next_look:
            return
        for child in (*self._brokers, *self._servers):
            if child.is_hung():
                line = _("Did not answer, and starts again: %(name)s")
                self._write_line(line % {"name": child.name})
                end([child], within=ENDS_WITHIN)
                self._start_again(child)
        if not self._is_written_down:
            self._write_processes()
        notify("WATCHDOG=1")
        self._next_look = time.monotonic() + LOOK_EACH

    def _watch_site(self) -> None:
        """Let a process of its own look at the whole site, and tell the group what stands still."""
        if time.monotonic() < self._next_watch or not alarm.ways():
            return
        end([self._watch], within=0)  # what it waits for may be what stands still
        self._watch.start()
        self._next_watch = time.monotonic() + alarm.PAUSE.total_seconds()

    def _take_changes(self) -> None:
        # For developers: not translated.
        check = [sys.executable, str(settings.BASE_DIR / "manage.py"), "check"]
        if subprocess.run(check, check=False).returncode:
            self._write_line("Something was saved that does not start: what ran before runs on.")
            return
        self._write_line("Something was saved: starting again.")
        self._stopping = self._begins_again = True

    def _start_broker(self) -> None:
        socket = settings.BROKER_SOCKET
        if socket:
            broker.make_folder(socket)
            socket.unlink(missing_ok=True)
            child = Child(
                _("broker"), partial(broker.run, socket, broker.command(socket)), _broker_answers
            )
            self._start(child, self._brokers)
            self._wait_until(socket.is_socket)
        elif not _broker_answers():
            self._write_line(
                _(
                    "The broker in REDIS_URL does not answer. The site starts without it: "
                    "needs are kept, and are matched once it is back."
                )
            )

    def _prepare(self) -> str:
        """Prepare in a process of its own: its memory and its connections end with it."""
        outcome, sending = Pipe(duplex=False)
        child = Child("", partial(_prepare_and_tell, sending))
        child.start()
        sending.close()
        try:
            while not self._stopping and not outcome.poll(POLL_SECONDS):
                pass
            result: str | CannotStart = "" if self._stopping else outcome.recv()
        except EOFError:
            raise CannotStart(_("The site did not start. The lines above may say why.")) from None
        finally:
            end([child], within=ENDS_WITHIN)
        if isinstance(result, CannotStart):
            raise result
        return result

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
                self._start_again(child)
        time.sleep(POLL_SECONDS)

    def _start_again(self, child: Child) -> None:
        child.start()
        self._write_processes()

    def _start(self, child: Child, children: list[Child]) -> None:
        if not self._stopping:
            children.append(child)
            self._start_again(child)

    def _write_processes(self) -> None:
        """Where the disk is full they run all the same, and the next look writes them down."""
        pids = [child.pid for child in (*self._brokers, *self._servers)]
        try:
            folder.write_processes(settings.DATA_DIR, pids)
        except OSError:
            self._is_written_down = False
        else:
            self._is_written_down = True

    def _end_all(self) -> None:
        end([*self._servers, self._watch], within=ENDS_WITHIN)
        end(self._brokers, within=BROKER_ENDS_WITHIN)
        if settings.BROKER_SOCKET:
            settings.BROKER_SOCKET.unlink(missing_ok=True)
        with suppress(OSError):  # the next start sees that none of them lives
            folder.write_processes(settings.DATA_DIR, [])

    def _stop(self, *_signal: object) -> None:
        self._stopping = True


def _whether_or_not_there_is_room(
    write_line: Callable[[str], object],
) -> Callable[[str], object]:
    def write(line: str) -> None:
        with suppress(OSError):  # a log on a full disk must end no site
            write_line(line)

    return write


def _prepare_and_tell(outcome: Connection) -> None:
    try:
        check_database()
        outcome.send(prepare())
    except CannotStart as reason:
        outcome.send(reason)
    except CommandError as reason:  # as of keys that do not fit, or a damaged ledger
        outcome.send(CannotStart(str(reason)))


def _broker_answers() -> bool:
    socket = settings.BROKER_SOCKET
    return (not socket or socket.is_socket()) and broker.answers(settings.CELERY_BROKER_URL)


def _is_heard(pulse: Pulse) -> bool:
    """Whether the worker showed life; without a broker none can hear, and none is to blame."""
    return pulse.was_felt() or not _broker_answers()
