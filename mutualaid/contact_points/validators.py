"""What a line of phone numbers must be, for models and forms alike."""

import re

from mutualaid.contact_points.form_fields import UNREAD_PHONE, unread_error
from mutualaid.contact_points.reading import parse

SHORT_NUMBER = re.compile(r"[\d\s-]{3,8}")
"""What services have and no plan of numbers knows: "211", "2-1-1", "116 117"."""


def validate_phones(text: str) -> None:
    """Check that each of these phones, with commas between, can be dialled; words may stand beside each.

    Raises `ValidationError` that quotes the first one that cannot.
    """
    for piece in filter(None, map(str.strip, text.split(","))):
        if not parse(piece).phones and not SHORT_NUMBER.fullmatch(piece):
            raise unread_error(UNREAD_PHONE, [piece])
