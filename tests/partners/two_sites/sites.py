"""Two sites on this machine, each with its own data, keys and web server, and a proxy before each."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from mutualaid.standalone.child import FIT_TO_FORK
from tests.partners.two_sites.proxy import Proxy, Weather, standing
from tests.support import migrated

NOT_INHERITED = {"REDIS_URL", "DATABASE_URL", "DEMO", "SECRET_KEY", "CONTACT_KEYS"}
COMMAND = (sys.executable, "-m", "tests.partners.two_sites.site_process")
QUIET = ("QUIET_FROM", "QUIET_UNTIL")


class ActFailed(AssertionError):
    """An act raised at a site; the text is its traceback there."""


class Gone(Exception):
    """The site was killed meanwhile."""


class Site:
    """A site that is reached at `host` through its proxy. Acts run in its process, one at a time.

    `database` is the URL of its own on a server; without one it is a file in `folder`.
    """

    def __init__(self, name: str, host: str, folder: Path, weather: Weather, database: str) -> None:
        self.name, self.folder, self.database = name, folder, database
        self.proxy = Proxy(weather)
        self.address = f"http://{host}:{self.proxy.port}"
        self.log = folder.with_suffix(".log")
        inherited = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
        own = {
            "DATA_DIR": str(folder),
            "SITE_URL": self.address,
            "PARTNERS_ON_LOOPBACK": "1",
            "DJANGO_SETTINGS_MODULE": "mutualaid.settings",
            "LOG_LEVEL": "INFO",
        }
        self._environment = inherited | own | FIT_TO_FORK | dict.fromkeys(QUIET, "00:00")
        if database:
            self._environment["DATABASE_URL"] = database
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start its process; `act` waits until it is ready."""
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [*COMMAND, str(self.proxy.upstream)],
                cwd=settings.BASE_DIR,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                bufsize=1,
                start_new_session=True,
            )

    def wait(self) -> "Site":
        """Wait until it answers."""
        self._read()
        return self

    def act(self, name: str, *arguments: Any) -> Any:
        """Let it do what the function `name` of `acts.py` says. Raises `ActFailed`, and `Gone` if killed."""
        self.say(name, *arguments)
        return self._read()

    def say(self, name: str, *arguments: Any) -> None:
        """Begin an act, and do not wait; `act` or `hear` must follow."""
        assert self._process, "it was killed"
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
            self._process.stdin.flush()

    def hear(self) -> Any:
        """Wait for the act that was begun."""
        return self._read()

    def kill(self) -> None:
        """As a power cut does: web server and driver at once, in the middle of whatever they do."""
        process, self._process = self._process, None
        if process:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdin.close()
            process.stdout.close()

    def keep_copy(self) -> Path:
        """Copy its data as they are now, at rest, for `restore`."""
        assert not self.database, "of a server's database this makes no copy"
        copy = self.folder.with_suffix(".copy")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder, copy)
        return copy

    def restore(self, copy: Path) -> None:
        """Put an older copy in the place of its data, as after a broken disk; it starts anew."""
        self.kill()
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)
        self.start()
        self.wait()

    def _read(self) -> Any:
        line = self._process.stdout.readline() if self._process else ""
        if not line:
            raise Gone(self.name, self.log.read_text()[-3000:])
        answer: Mapping[str, Any] = json.loads(line)
        if "error" in answer:
            raise ActFailed(answer["error"])
        return answer["value"]


class TwoSites:
    """`ours` asks, `theirs` helps; each is at once the other's partner."""

    def __init__(self, ours: Site, theirs: Site) -> None:
        self.ours, self.theirs = ours, theirs

    def __iter__(self) -> Iterator[Site]:
        return iter((self.ours, self.theirs))

    def both(self, name: str, *arguments: Any) -> list[Any]:
        """Let both do the same act at the same time."""
        for site in self:
            site.say(name, *arguments)
        return [site.hear() for site in self]

    def other(self, site: Site) -> Site:
        return self.theirs if site is self.ours else self.ours


@contextmanager
def two_sites(folder: Path, *, seed: int = 1, server: str = "") -> Iterator[TwoSites]:
    """Start both, in `folder` or with databases of their own on the PostgreSQL at `server`."""
    hosts = {"Riverside": "localhost", "Saltmarsh": "127.0.0.1"}
    with ExitStack() as exit:
        made = []
        for number, (name, host) in enumerate(hosts.items()):
            database = _database(server, f"two_sites_{name.lower()}") if server else ""
            own = folder / name.lower()
            own.mkdir(parents=True)
            if not server:
                migrated.copy_to(own / "db.sqlite3")
            site = Site(name, host, own, Weather(seed + number), database)
            exit.enter_context(standing(site.proxy))
            site.start()
            exit.callback(site.kill)
            made.append(site)
        sites = TwoSites(*(site.wait() for site in made))
        yield sites


def _database(server: str, name: str) -> str:
    assert migrated.copy_on_server(server, name), "a server without the copy that tests start from"
    return f"{server.rpartition('/')[0]}/{name}"
