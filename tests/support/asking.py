"""The way through the questions, as a browser sends it."""

from typing import Any

from django.test import Client

from tests.support import factories

ANSWERS: dict[str, dict[str, Any]] = {
    "what": {"group": "food"},
    "kind": {"category": ["groceries"]},
    "where": {"locality": "riverside"},
    "when": {"urgency": "3", "needed_by": ""},
    "details": {"notes": "Milk and bread"},
    "contact": {
        "for_whom": "self",
        "name": "Ana",
        "phone": "555 0100",
        "email": "",
        "address": "7 Hill Road",
        "languages": ["en"],
    },
}


def words_and_places() -> None:
    """What the questions ask about: food, with groceries in it, in Riverside, in English."""
    food = factories.category("food")
    factories.category("groceries", parent=food)
    factories.locality()
    factories.language()


def answer(client: Client, step: str, **typed: Any) -> Any:
    """Send one page: the usual answers, but for what is named."""
    return client.post(f"/ask/{step}/", ANSWERS[step] | typed)


def answer_all(client: Client, **steps: dict[str, Any]) -> None:
    for step in ANSWERS:
        answer(client, step, **steps.get(step, {}))


def ask(client: Client, **steps: dict[str, Any]) -> str:
    """Walk all the way and return the path of the private link."""
    answer_all(client, **steps)
    sent = client.post("/ask/check/")
    assert sent.status_code == 302, sent.content.decode()
    return sent.headers["Location"]
