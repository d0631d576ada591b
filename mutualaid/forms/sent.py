"""What a POST carried, where a page has to show it again that is not the one it was typed on."""

import re
from dataclasses import dataclass

from django.http import HttpRequest

from mutualaid.forms.stale import SEEN

MOST_LETTERS = 100_000
"""A form that is longer is not kept: no page of the site sends one."""
SENT_AGAIN = "kept"
"""The field by which a kept form that is sent again is known."""
ACCOUNT_PAGES = "/account/"
NEVER_KEPT = {"csrfmiddlewaretoken", SENT_AGAIN}
NOT_TYPED = {SEEN, "once", "next"}
"""Hidden fields of our forms."""
SECRET = re.compile(r"passw|otp|token", re.IGNORECASE)
"""In the name of a field that opens an account, wherever it is typed: such a form is not kept."""


@dataclass(frozen=True)
class Typed:
    """To which path of this site it was sent, on which page its form is, and (name, value) of each field."""

    path: str
    page: str
    fields: list[tuple[str, str]]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """The fields that someone filled in."""
        return [(name, value) for name, value in self.fields if value and name not in NOT_TYPED]


def typed_in(request: HttpRequest, *, page: str) -> Typed | None:
    """What this POST carries; None where it is nothing, too long, or must not be shown again.

    Files are left out, and so is what is typed on the pages of an account, where codes and passwords are.
    """
    fields = [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name not in NEVER_KEPT
    ]
    is_too_long = sum(len(name) + len(value) for name, value in fields) > MOST_LETTERS
    has_secret = any(SECRET.search(name) for name, _value in fields)
    is_of_an_account = request.path_info.startswith(ACCOUNT_PAGES)
    if not fields or is_too_long or has_secret or is_of_an_account:
        return None
    return Typed(request.get_full_path(), page, fields)
