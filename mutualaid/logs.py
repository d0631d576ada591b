"""Logs as JSON, without personal data."""

import json
import logging
import traceback
from contextvars import ContextVar
from pathlib import Path
from time import gmtime

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SAFE_EXTRA = {"method", "route", "status", "ms", "task", "task_id", "count", "kind", "error"}
_SAFE_EXTRA |= {"account", "limit"}  # of the security log: only accounts of the team, ADR 55
_CODE = Path(__file__).resolve().parent.parent
MOST_PLACES = 8

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The number of the request that is being answered: in each of its lines, and on the page for a fault."""


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


class JsonFormatter(logging.Formatter):
    """Writes one JSON object a line: when (UTC), level, logger, message and the extras of `_SAFE_EXTRA`.

    Of an exception only its type and the places in the code are written, the last of our own first: its
    text may quote what a person typed.
    """

    converter = staticmethod(gmtime)
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if number := request_id.get():
            line["request"] = number
        extras = vars(record).keys() - _STANDARD
        line |= {key: getattr(record, key) for key in sorted(extras & _SAFE_EXTRA)}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            places = list(map(_place, traceback.extract_tb(record.exc_info[2])))
            line["place"] = next((place for place in reversed(places) if _is_ours(place)), "")
            line["where"] = " > ".join(places[-MOST_PLACES:])
        return json.dumps(line, default=str)
