"""Logs as JSON, without personal data."""

import json
import logging
import traceback
from time import gmtime

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SAFE_EXTRA = {"method", "route", "status", "ms", "task", "count", "kind", "error"}


def _message(record: logging.LogRecord) -> str:
    """The message; beside an exception only its pattern, for the arguments quote the exception."""
    return str(record.msg) if record.exc_info else record.getMessage()


class JsonFormatter(logging.Formatter):
    """Writes one JSON object a line: when (UTC), level, logger, message and the extras of `_SAFE_EXTRA`.

    Of an exception only its type and the places in the code are written: its text may quote what a
    person typed.
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
        extras = vars(record).keys() - _STANDARD
        line |= {key: getattr(record, key) for key in sorted(extras & _SAFE_EXTRA)}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["where"] = " > ".join(f"{frame.filename}:{frame.lineno}" for frame in frames[-8:])
        return json.dumps(line, default=str)
