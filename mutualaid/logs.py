"""Logs as JSON, without personal data."""

import json
import logging
import traceback
from collections.abc import Iterable
from contextvars import ContextVar
from pathlib import Path
from time import gmtime

from kombu.exceptions import OperationalError
from redis import RedisError

from mutualaid.faults.episodes import BROKER

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SAFE_EXTRA = {"method", "route", "status", "ms", "task", "task_id", "count", "kind", "error"}
_SAFE_EXTRA |= {"seconds"}  # of an episode
_SAFE_EXTRA |= {"place"}  # where threads hang
_SAFE_EXTRA |= {"account", "limit"}  # of the security log: only accounts of the team, ADR 55
_CODE = Path(__file__).resolve().parent.parent
MOST_PLACES = 8
LOST = (OperationalError, RedisError, OSError)
"""What a connection to a broker fails with."""

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The number of the request that is being answered: in each of its lines, and on the page for a fault."""
task_id: ContextVar[str] = ContextVar("task_id", default="")
"""The id of the task that is being done: in each of its lines."""


class BrokerIsAway(logging.Filter):
    """Makes one episode of Celery's lines about a broker that is away: each try of a worker writes one."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(("celery.", "kombu.")):
            return True
        told: list[object] = [record.exc_info[1] if record.exc_info else None]
        told += record.args if isinstance(record.args, tuple) else ()
        lost = next((error for error in told if isinstance(error, LOST)), None)
        if lost is None:
            return True
        BROKER.fails(error=type(lost).__name__)
        return False


class BrokerIsBack(logging.Filter):
    """Ends the episode where Celery's worker says that it is connected; of that itself no line is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        BROKER.works()
        return False


def _message(record: logging.LogRecord) -> str:
    """The message; beside an exception only its pattern, for the arguments quote the exception."""
    return str(record.msg) if record.exc_info else record.getMessage()


def _place(frame: traceback.FrameSummary) -> str:
    """File and line; the file as seen from the code, for a path may name whoever runs the site."""
    file = Path(frame.filename)
    relative = file.relative_to(_CODE) if file.is_relative_to(_CODE) else file
    return f"{str(relative).rpartition('site-packages/')[2]}:{frame.lineno}"


def _is_ours(place: str) -> bool:
    return place.startswith(("mutualaid/", "requests_app/", "offers_app/"))


def place_of(frames: Iterable[traceback.FrameSummary]) -> str:
    """Return the last file and line of ours among these, of which the innermost is last; "" without any."""
    ours = filter(_is_ours, map(_place, frames))
    return next(iter(reversed(list(ours))), "")


class JsonFormatter(logging.Formatter):
    """Writes one JSON object a line: when (UTC), level, logger, message and the extras of `_SAFE_EXTRA`.

    Of an exception only its type and the places in the code are written, the last of our own first: its
    text may quote what a person typed. `release` is that of the code, in each line.
    """

    converter = staticmethod(gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"  # ISO 8601; one zone for all servers, whatever theirs is

    def __init__(self, release: str = "") -> None:
        super().__init__()
        self._release = release

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        around = {"request": request_id.get(), "task_id": task_id.get(), "release": self._release}
        line |= {name: value for name, value in around.items() if value}
        extras = vars(record).keys() - _STANDARD
        line |= {key: getattr(record, key) for key in sorted(extras & _SAFE_EXTRA)}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["place"] = place_of(frames)
            line["where"] = " > ".join(map(_place, frames[-MOST_PLACES:]))
        return json.dumps(line, default=str)
