"""Read what people write about themselves: how many they are, and how to reach them."""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from mutualaid.forms.typed_text import check_name
from mutualaid.importing.names import normalize
from mutualaid.importing.problems import Unread

MOST_PEOPLE = 32_767
"""What `Need.people_count` can hold."""
NOTHING = {
    "", "n a", "na", "none", "no", "nil", "null", "nothing", "unknown", "not provided", "no email",
    "no e mail", "no phone", "ninguno", "ninguna", "nada", "no tiene", "aucun", "aucune", "non", "keine",
    "keins", "nenhum", "لا يوجد", "لا",
}  # fmt: skip
"""What stands for nothing in a cell, normalized."""
_COUNT = re.compile(r"(\d{1,5})(?:[.,]0+)?")
_AT_LEAST = re.compile(r"(\d{1,5}) ?(\+|or more|o más|ou plus)")
_SCIENTIFIC = re.compile(r"\+?\d(?:[.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;/|\s]+(?:(?:or|and|o|y|ou|et|und|oder)\s+)?")


class Household(NamedTuple):
    """How many people, if the cell says it; and its words, where a number does not say it all."""

    number: int | None
    words: str = ""


class Emails(NamedTuple):
    """The address to write to; and whatever else stood in the cell."""

    email: str = ""
    words: str = ""


def is_nothing(cell: str) -> bool:
    """Whether a cell says that there is nothing: "N/A", "none", a dash."""
    return normalize(cell) in NOTHING


def read_household(cell: str) -> Household:
    """Read "4", "4.0", "5+" or "2 adults + 3 kids". Nothing is added up: it might be wrong."""
    if is_nothing(cell):
        return Household(None)
    if exact := _COUNT.fullmatch(cell):
        count = int(exact.group(1))
        return Household(count) if 1 <= count <= MOST_PEOPLE else Household(None, cell)
    at_least = _AT_LEAST.fullmatch(cell.casefold())
    count = int(at_least.group(1)) if at_least else 0
    return Household(count if 1 <= count <= MOST_PEOPLE else None, cell)


def read_emails(cell: str) -> Emails:
    """Read the first address of a cell; what else stands there is kept as words."""
    if is_nothing(cell):
        return Emails()
    parts = [part.strip("<>()") for part in _BETWEEN.split(cell) if part]
    found = [part for part in parts if _is_email(part)]
    if not found:
        return Emails(words=cell)
    return Emails(found[0], cell if len(parts) > 1 else "")


def read_phone(cell: str) -> str:
    """Return a phone as it was written; nothing for "N/A".

    Raises `Unread` for what a spreadsheet program has made of a long number: its digits are lost.
    """
    if is_nothing(cell):
        return ""
    if _SCIENTIFIC.fullmatch(cell.strip()):
        raise Unread(
            _(
                "Excel has destroyed the phone number: it stands there as a rounded number like"
                " 1.6E+10. Write it anew, from where it came."
            )
        )
    return cell


def read_name(cell: str) -> str:
    """Return a name. Raises `Unread` for one that misleads (`typed_text`)."""
    try:
        return check_name(cell)
    except ValidationError as error:
        raise Unread(error.messages[0]) from None


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
