"""Answers to the pages of an offer."""

from typing import Any

from django.test import Client

from tests.support import factories

PAGES = ("what", "where", "when", "limits", "languages")


def answers() -> dict[str, dict[str, Any]]:
    """What someone types on each page, with the catalogue rows it names."""
    return {
        "what": {"categories": [factories.category().slug]},
        "where": {"localities": [factories.locality().slug], "reach_km": "3"},
        "when": {},
        "limits": {"per_week": "2", "invitations_per_week": ""},
        "languages": {"languages": [factories.language().code]},
    }


def answer_all(client: Client, **changes: dict[str, Any]) -> Any:
    """Answer each page, with `changes` by its name; returns the last answer, which leads to the check."""
    last: Any = None
    for page, typed in answers().items():
        last = client.post(f"/offer/{page}/", typed | changes.get(page, {}))
    return last


def make_offer(client: Client, **changes: dict[str, Any]) -> Any:
    """Answer all pages and offer it; returns the page with what fits."""
    answer_all(client, **changes)
    return client.post("/offer/check/", follow=True)
