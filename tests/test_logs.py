"""One line of JSON for what happened, and no person in it."""

import json
import logging
import sys
from typing import Any

from mutualaid.logs import JsonFormatter


def line(message: str, *args: object, exc_info: Any = None, **extra: object) -> dict[str, Any]:
    record = logging.getLogger("mutualaid").makeRecord(
        "mutualaid",
        logging.ERROR,
        "file.py",
        1,
        message,
        args,
        exc_info,
        extra=extra,
    )
    return dict(json.loads(JsonFormatter().format(record)))


def test_a_line_is_json_with_its_words_and_what_is_safe_to_say():
    written = line("sent %d", 3, kind="need_fits", status=200)
    assert (written["message"], written["kind"], written["status"]) == ("sent 3", "need_fits", 200)
    assert written["level"] == "ERROR"


def test_what_is_not_named_as_safe_is_left_out():
    assert "address" not in line("x", address="7 Hill Road", user="rosa@people.example")


def test_of_a_fault_only_its_kind_and_its_place_are_written():
    try:
        raise ValueError("7 Hill Road, 555 0100")
    except ValueError:
        written = line("it broke for %s", "rosa@people.example", exc_info=sys.exc_info())
    assert written["exception"] == "ValueError"
    assert "test_logs.py" in written["where"]
    assert "Hill Road" not in str(written)
    assert "rosa" not in str(written)
