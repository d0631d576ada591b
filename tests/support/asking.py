"""Answer the questions of an ask, as a browser sends them."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from tests.support import factories

ANSWERS: dict[str, dict[str, Any]] = {
    "who": {"for_whom": "self"},
    "what": {"group": "food"},
    "kind": {"category": ["groceries"]},
    "where": {"locality": "riverside"},
    "when": {"urgency": "3", "needed_by": ""},
    "details": {"notes": "Milk and bread"},
    "contact": {
        "name": "Ana",
        "phone": "555 0100",
        "email": "",
        "address": "7 Hill Road",
        "languages": ["en"],
    },
}


def words_and_places() -> None:
    """Make what the questions let one choose: groceries under food, Riverside, English."""
    food = factories.category("food")
    factories.category("groceries", parent=food)
    factories.locality()
    factories.language()


def answer(client: Client, step: str, **typed: Any) -> Any:
    """Send one page: the usual answers, with `typed` in their place."""
    return client.post(f"/ask/{step}/", ANSWERS[step] | typed)


def answer_all(client: Client, **steps: dict[str, Any]) -> None:
    for step in ANSWERS:
        answer(client, step, **steps.get(step, {}))


def ask(client: Client, **steps: dict[str, Any]) -> str:
    """Answer everything, send the ask, and return the path of its private link."""
    answer_all(client, **steps)
    sent = client.post("/ask/check/")
    assert sent.status_code == 302, sent.content.decode()
    return sent.headers["Location"]


def shown_on(client: Client, path: str) -> str:
    """What a check page that is opened now says it shows."""
    page = client.get(path).content.decode()
    return str(re.findall(r'name="shown" value="([^"]+)"', page)[0])


def in_a_month() -> str:
    return (timezone.localdate() + timedelta(days=30)).isoformat()
