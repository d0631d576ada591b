"""One phone number: what it dials, and how sure we are that these digits are one number."""

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import partial
from typing import NamedTuple

import phonenumbers

from mutualaid.contact_points.points import ContactPoint, home_region

FEWEST_DIGITS, MOST_DIGITS = 6, 17
"""Fewer reach no one; more are two numbers or none: E.164 has 15, and 00 may stand in front."""
LONGEST_E164 = 15
"""Digits, the country's included (ITU-T E.164, 6.1)."""
LONGEST_LOCAL = 8
"""Digits of a number without its area code; no plan has more."""
_Length = phonenumbers.ValidationResult


class Doubt(IntEnum):
    """Penalty for taking digits for one number. Only compared; assumed, not measured."""

    VALID = 0
    POSSIBLE = 2
    LOCAL = 3
    DIGITS = 13


class Phone(NamedTuple):
    point: ContactPoint
    doubt: Doubt


def read_phone(text: str, extension: str = "", *, plus_may_be_and: bool = False) -> Phone | None:
    """Read `text`, cleaned, as one number; None where it has too few or many digits.

    A plus may stand behind the digits, where they were typed in a line from right to left. Such a
    one, or one that `plus_may_be_and`, only counts where the number is not valid without it.
    """
    digits = digits_of(text)
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        return None
    plus_in_front = text.lstrip("([").startswith("+")
    plus_behind = text.rstrip(")]").endswith("+")
    read = partial(_read, digits, digits_of(text.replace("(0)", "")), extension)
    if plus_in_front and not plus_may_be_and:
        return read(plus=True)
    at_home = read(plus=False)
    if not (plus_in_front or plus_behind) or at_home.doubt == Doubt.VALID:
        return at_home
    return read(plus=True)


def digits_of(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _read(digits: str, without_trunk: str, extension: str, *, plus: bool) -> Phone:
    suffix = f";ext={extension}" if extension else ""
    for number in _dialled_forms(digits, without_trunk, plus=plus):
        if e164 := _e164(number):
            doubt = Doubt.VALID if _is_valid(e164) else Doubt.POSSIBLE
            return Phone(ContactPoint("phone", e164 + suffix, e164), doubt)
    if not plus and _is_valid(f"+{digits}"):
        return Phone(ContactPoint("phone", f"+{digits}{suffix}", f"+{digits}"), Doubt.POSSIBLE)
    normal = ("+" if plus else "") + digits + suffix
    doubt = Doubt.LOCAL if not plus and _is_local(digits) else Doubt.DIGITS
    return Phone(ContactPoint("phone", normal, f"digits:{digits}"), doubt)


_MEXICAN = re.compile(r"(?:00)?521(\d{10})")
_MEXICAN_AT_HOME = re.compile(r"(?:04[45]|01|1)(\d{10})")
"""Given up on 3 August 2019, and still in many address books."""


def _dialled_forms(digits: str, without_trunk: str, *, plus: bool) -> Iterator[str]:
    """As written; without "(0)", which only dials at home; with 00 for the plus; Mexico's old ways."""
    sign = "+" if plus else ""
    yield sign + digits
    yield sign + without_trunk
    if not plus and digits.startswith("00"):
        yield f"+{digits[2:]}"
    if match := _MEXICAN.fullmatch(digits):
        yield f"+52{match[1]}"
    if home_region() == "MX" and (match := _MEXICAN_AT_HOME.fullmatch(digits)):
        yield f"+52{match[1]}"


def _e164(number: str) -> str:
    """A number whose length its plan calls possible, in E.164; or ""."""
    parsed = _parsed(number)
    if parsed is None or _length(parsed) != _Length.IS_POSSIBLE:
        return ""
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    is_doubtful = bool(parsed.italian_leading_zero) or _lacks_area(number, e164)
    if len(digits_of(e164)) > LONGEST_E164 or (is_doubtful and not _is_valid(e164)):
        return ""
    return e164


def _lacks_area(number: str, e164: str) -> bool:
    """Whether the 0 is missing that stands before an area code.

    Where numbers are of many lengths, one of the same town has a possible length too: in Germany
    1234567 is no +49 1234567.
    """
    return _has_trunk_zero() and not number.startswith(("+", "0")) and e164 != f"+{number}"


def _has_trunk_zero() -> bool:
    trunk = phonenumbers.ndd_prefix_for_region(home_region(), strip_non_digits=True)
    return trunk == "0"


def _is_valid(number: str) -> bool:
    parsed = _parsed(number)
    return parsed is not None and phonenumbers.is_valid_number(parsed)


def _is_local(digits: str) -> bool:
    """Whether it can be dialled in its own area, such as a number of seven digits in the US."""
    if len(digits) > LONGEST_LOCAL or (digits.startswith("0") and _has_trunk_zero()):
        return False
    parsed = _parsed(digits)
    possible = (_Length.IS_POSSIBLE_LOCAL_ONLY, _Length.IS_POSSIBLE)
    return parsed is not None and _length(parsed) in possible


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, home_region())
    except phonenumbers.NumberParseException:
        return None


def _length(number: phonenumbers.PhoneNumber) -> int:
    return int(phonenumbers.is_possible_number_with_reason(number))
