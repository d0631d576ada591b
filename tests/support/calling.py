"""Take a call, as a browser sends its one page."""

import re
from typing import Any
from uuid import UUID

from django.test import Client

from requests_app.models import Ask

CALL = "/admin/call/"
TYPED: dict[str, Any] = {
    "once": str(UUID(int=1)),
    "name": "Ana",
    "phone": "608 555 0142",
    "for_whom": "self",
    "category": ["groceries", "", "", "", ""],
    "locality": "riverside",
    "urgency": "3",
    "needed_by": "",
    "people_count": "2",
    "notes": "Milk and bread",
    "languages": ["en"],
    "email": "",
    "address": "7 Hill Road",
    "times": "",
    "keep_from": "",
    "keep_from_contact_points": "",
    "repeat_until": "",
    "helpers_wanted": "",
}
"""The usual call, as it is sent; `asking.words_and_places` makes what can be chosen."""


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def call(browser: Client, **typed: Any) -> Any:
    """Send the page of a call: the usual answers, with `typed` in their place."""
    return browser.post(CALL, TYPED | typed)


def look(browser: Client, **typed: Any) -> Any:
    """Send what was typed so far, as the page's script does."""
    return browser.post(CALL, typed, headers={"X-Looks-Only": "1"})


def taken(browser: Client, **typed: Any) -> Ask:
    """Take a call of which nothing is to be said, and return the ask."""
    sent = call(browser, **typed)
    assert sent.status_code == 302, text(sent)
    return Ask.objects.get(pk=int(sent["Location"].split("/")[-3]))


def codes_in(answer: Any) -> list[str]:
    """The codes that a page shows."""
    return re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", answer.content.decode())
