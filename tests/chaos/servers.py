"""A running site with database, broker, mail server and gateways, and the faults that can be done to them."""

import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import django
import psycopg
from redis import Redis

from mutualaid.standalone import broker
from tests.chaos.gateways import PushMaker, TextGateway
from tests.chaos.history import History
from tests.chaos.mail_server import MailServer, at_work
from tests.servers import postgres
from tests.support import migrated
from tests.support.full_disk import let_files_grow_to
from tests.support.gateway import gateway
from tests.support.site import Site, until


class Outside(NamedTuple):
    """What the site sends to: by mail, by text, and to devices."""

    mail: MailServer
    texts: TextGateway
    maker: PushMaker


class World:
    """A site started by `manage.py up`, its database and its broker, and all that it sends to.

    On PostgreSQL the broker is a server beside the site; on SQLite it is the embedded one.
    """

    embedded = True

    def __init__(
        self, folder: Path, history: History, outside: Outside, **environment: str
    ) -> None:
        self.folder = folder
        self.history = history
        self.mail, self.texts, self.maker = outside
        self.site = Site(
            folder / "data",
            EMAIL_URL=self.mail.url,
            SMS_URL=self.texts.url,
            PUSH_MAKER=self.maker.url,
            DJANGO_SETTINGS_MODULE="tests.chaos.settings",
            LOG_LEVEL="ERROR",
            **environment,
        )

    @property
    def worker(self) -> int:
        return self.site.groups()[1 if self.embedded else 0]

    @property
    def web(self) -> int:
        return self.site.groups()[2 if self.embedded else 1]

    @property
    def socket(self) -> Path:
        return self.site.broker

    def kill_worker(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.worker, signal.SIGKILL)

    def hang_worker(self) -> None:
        """The supervisor kills what does not answer, and starts it again."""
        os.killpg(self.worker, signal.SIGSTOP)

    def kill_web(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.web, signal.SIGKILL)

    def hang_web(self) -> None:
        os.killpg(self.web, signal.SIGSTOP)

    def kill_supervisor(self) -> None:
        """As systemd does, start it again: it ends what the killed one has left."""
        self.site.kill()
        self.site.start()

    def flush_broker(self) -> None:
        with Redis(unix_socket_path=str(self.socket)) as redis:
            redis.flushall()

    def stop_broker(self) -> None:
        """The supervisor starts it again, empty."""
        os.killpg(self.site.groups()[0], signal.SIGKILL)

    def start_broker(self) -> None:
        until(self.socket.is_socket)

    def hang_broker(self) -> None:
        os.killpg(self.site.groups()[0], signal.SIGSTOP)

    def wake_broker(self) -> None:
        """The supervisor may have started another by now."""

    def restart_database(self) -> None:
        """SQLite is no server, and cannot be restarted."""

    def fill_disk(self) -> None:
        """Nothing more can be written into any file of the site."""
        let_files_grow_to(self.site, 0)

    def empty_disk(self) -> None:
        let_files_grow_to(self.site, resource.RLIM_INFINITY)


class GrownWorld(World):
    """On PostgreSQL and a Redis of its own, as a group with servers runs it."""

    embedded = False

    def __init__(self, folder: Path, history: History, outside: Outside) -> None:
        self._exit = ExitStack()
        install = postgres.installed()
        assert install, postgres.MISSING
        self._database = self._exit.enter_context(postgres.running(install))
        migrated.copy_on_server(self._database.url, "site")
        self._socket = folder / "redis.sock"
        self.start_broker()
        redis = f"redis+socket://{self._socket}"
        url = self._database.url_of("site")
        super().__init__(folder, history, outside, DATABASE_URL=url, REDIS_URL=redis)

    @property
    def socket(self) -> Path:
        return self._socket

    def stop_broker(self) -> None:
        self._redis.kill()
        self._redis.wait()
        self._socket.unlink(missing_ok=True)

    def start_broker(self) -> None:
        self._redis = subprocess.Popen(broker.command(self._socket))
        until(self._socket.is_socket)

    def hang_broker(self) -> None:
        self._redis.send_signal(signal.SIGSTOP)

    def wake_broker(self) -> None:
        self._redis.send_signal(signal.SIGCONT)

    def restart_database(self) -> None:
        self._database.restart()

    def fill_disk(self) -> None:
        """PostgreSQL shuts itself for writing, as its owner does before it has no room left."""
        self._let_read_only("on")

    def empty_disk(self) -> None:
        self._let_read_only("off")

    def _let_read_only(self, switch: str) -> None:
        with psycopg.connect(self._database.url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {switch}")
            connection.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        self.stop_broker()
        self._exit.close()


@contextmanager
def running(database: str, history: History, *, mail: MailServer | None = None) -> Iterator[World]:
    """Start everything on `database` ("sqlite" or "postgres"), and end it after the block.

    Unless `mail` is given, its mail server takes everything.

    Django in this process is set up for the same database and broker.
    """
    kind = World if database == "sqlite" else GrownWorld
    with TemporaryDirectory(prefix="mutualaid-chaos-") as name, ExitStack() as exit:
        mail = mail or MailServer(history)
        exit.enter_context(at_work(mail))
        texts, maker = TextGateway(), PushMaker()
        exit.enter_context(gateway(texts))
        exit.enter_context(gateway(maker))
        world = kind(Path(name), history, Outside(mail, texts, maker))
        if isinstance(world, GrownWorld):
            exit.callback(world.close)
        exit.callback(world.site.clear_up)
        settings = {"DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        os.environ |= world.site.environment | settings  # before anyone reads the settings
        django.setup()
        world.site.start()
        yield world
        shutil.copy(world.site.output, history.path.with_suffix(".log"))
