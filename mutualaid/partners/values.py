"""What may stand in a message: each kind of value as it is written in JSON, and read with its bounds."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

T = TypeVar("T")
D = TypeVar("D", bound=date)
YEARS = range(2000, 2200)
"""Beyond them a day more or another time zone is no date any longer."""
MOMENTS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
DAYS = re.compile(r"(\d{4}-\d\d-\d\d)T23:59:59Z", re.ASCII)
HEXADECIMAL = re.compile(r"[0-9a-f]{64}")
URN_START = "urn:uuid:"
PERSON = {"label": "person"}
MOST_PEOPLE = 10_000


class WrongValue(Exception):
    """What stands there cannot stand there."""


class Kind(NamedTuple):
    """How a value is written in JSON, and read; `read` raises `WrongValue`."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def text(most: int) -> Kind:
    """A text of at most so many letters, with line breaks, without other control characters."""

    def read(value: Any) -> str:
        found = _of(str, value)
        if len(found) > most or any(_is_control(letter) for letter in found):
            raise WrongValue
        return found

    return Kind(str, read)


def one_of(*words: str) -> Kind:
    """One of these words."""

    def read(value: Any) -> str:
        if value not in words:
            raise WrongValue
        return str(value)

    return Kind(str, read)


def whole(least: int, most: int) -> Kind:
    """A whole number between these two, which are possible too."""

    def read(value: Any) -> int:
        found = _of(int, value)
        if not least <= found <= most:
            raise WrongValue
        return found

    return Kind(int, read)


def texts(most: int, each: Kind) -> Kind:
    """A list of at most so many texts."""

    def read(value: Any) -> tuple[str, ...]:
        found = _of(list, value)
        if len(found) > most:
            raise WrongValue
        return tuple(each.read(one) for one in found)

    return Kind(list, read)


def optional(kind: Kind) -> Kind:
    """A value that may be missing."""
    return Kind(kind.write, lambda value: None if value is None else kind.read(value))


def _of(kind: type[T], value: Any) -> T:
    """Return `value` if it is of exactly this type: True is no number here."""
    if type(value) is not kind:
        raise WrongValue
    return value


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc" and letter not in "\n\r\t"


def _read_id(value: Any) -> UUID:
    try:
        found = UUID(_of(str, value))
    except ValueError as error:
        raise WrongValue from error
    if str(found) != value:  # it has many spellings
        raise WrongValue
    return found


def _read_urn(value: Any) -> UUID:
    if not _of(str, value).startswith(URN_START):
        raise WrongValue
    return _read_id(value.removeprefix(URN_START))


def _write_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_moment(value: Any) -> datetime:
    if not MOMENTS.fullmatch(_of(str, value)):
        raise WrongValue
    try:
        found = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongValue from error
    return _of_our_time(found)


def _read_day(value: Any) -> date:
    """A day whole, whatever the time zone: its end is written as if it were in UTC."""
    match = DAYS.fullmatch(_of(str, value))
    try:
        found = date.fromisoformat(match[1] if match else "")
    except ValueError as error:
        raise WrongValue from error
    return _of_our_time(found)


def _of_our_time(found: D) -> D:
    if found.year not in YEARS:
        raise WrongValue
    return found


def _read_hex(value: Any) -> str:
    if not HEXADECIMAL.fullmatch(_of(str, value)):
        raise WrongValue
    return str(value)


def _read_people(value: Any) -> int:
    """A `Measure` of Valueflows."""
    if _of(dict, value).get("hasUnit") != PERSON:
        raise WrongValue
    found: int = whole(1, MOST_PEOPLE).read(value.get("hasNumericalValue"))
    return found


FLAG = Kind(bool, lambda value: _of(bool, value))
FLAG_TURNED = Kind(lambda value: not value, lambda value: not _of(bool, value))
HEX = Kind(str, _read_hex)
ID = Kind(str, _read_id)
URN = Kind(lambda value: f"{URN_START}{value}", _read_urn)
MOMENT = Kind(_write_moment, _read_moment)
DAY_END = Kind(lambda value: f"{value.isoformat()}T23:59:59Z", _read_day)
PEOPLE = Kind(lambda value: {"hasNumericalValue": value, "hasUnit": PERSON}, _read_people)
