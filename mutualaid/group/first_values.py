"""What a group is called before anyone has changed it: by the environment, as for the policy."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mutualaid.group.models import GroupProfile, check_phone

PHONE_FIRST = re.compile(r"([+(]?\d[\d\s()./\-–]*\d)(?:\s*[,;:·]\s*(.*))?", re.DOTALL)


def first_group() -> GroupProfile:
    """Return the profile that `GROUP_NAME` and `HELP_CONTACT` give, not stored."""
    row = GroupProfile(pk=GroupProfile.ONLY, name=settings.GROUP_NAME)
    row.phone, row.email, hours = split_contact(settings.HELP_CONTACT)
    row.set_values({f"hours_{settings.LANGUAGE_CODE}": hours})
    return row


def split_contact(text: str) -> tuple[str, str, str]:
    """Return phone, e-mail and the words beside them of "555 0100, every day 9 to 6".

    What is neither a number in front nor an e-mail alone stays as it is, in the words.
    """
    text = " ".join(text.split())
    match = PHONE_FIRST.fullmatch(text)
    if match and _is(check_phone, match[1]):
        words = match[2] or ""
        return (match[1], words, "") if _is(validate_email, words) else (match[1], "", words)
    if _is(validate_email, text):
        return "", text, ""
    return "", "", text


def _is(check: object, text: str) -> bool:
    try:
        check(text)  # type: ignore[operator]
    except ValidationError:
        return False
    return True
