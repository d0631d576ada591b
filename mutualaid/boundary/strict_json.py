"""JSON that was signed by another program, read so that no two readers can take it for different things."""

import json
import re
from typing import Any, NoReturn

DEEPEST = 16
"""Objects and lists within each other. A reader of JSON calls itself for each."""
LONGEST_NUMBER = 15
"""Letters. Every such number is exact in each language that reads JSON (RFC 8259, 6)."""
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{]|[]}]', re.DOTALL)


class NotStrictJson(ValueError):
    """Text that is no JSON, or that two readers may take for different things. It says nothing of it."""


def read_strictly(body: bytes) -> Any:
    """Read JSON in UTF-8: no byte order mark, no key twice, no NaN, no long number, nothing nested deeply.

    Raises `NotStrictJson` for anything else, and for text that is not Unicode.
    """
    try:
        text = body.decode()
        _check_depth(text)
        value = json.loads(
            text,
            object_pairs_hook=_without_repeats,
            parse_int=_whole_number,
            parse_float=_fraction,
            parse_constant=_refuse,
        )
        # Raises for half of a pair of surrogates, and for a number beyond all.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        raise NotStrictJson from error
    return value


def _check_depth(text: str) -> None:
    depth = 0
    for match in BRACKETS.finditer(text):
        if match[0] in "[{":
            depth += 1
        elif match[0] in "]}":
            depth -= 1
        if depth > DEEPEST:
            raise NotStrictJson


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotStrictJson
    return found


def _whole_number(digits: str) -> int:
    return int(_short(digits))


def _fraction(digits: str) -> float:
    return float(_short(digits))


def _short(digits: str) -> str:
    if len(digits) > LONGEST_NUMBER:
        raise NotStrictJson
    return digits


def _refuse(_constant: str) -> NoReturn:
    raise NotStrictJson
