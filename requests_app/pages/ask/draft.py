"""The answers typed so far: in the encrypted session, gone when the ask is sent or the visit ends.

They are let go an hour after the last page, also of who is signed in and stays so.
"""

import secrets
import time
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from mutualaid.sessions import IDLE_SECONDS

SESSION_KEY = "ask"
DRAFT = "draft"
"""Beside the steps: {"id": …}, so that one draft makes one ask however often it is sent."""
SENT = "sent"
"""Instead of the steps, once sent: {"token": …} of the private link; "put_away" once the receipt is."""
AT = "at"
"""In either of these: when the last page was asked for, in seconds since 1970."""
RECEIPT_SECONDS = 15 * 60
"""So long the receipt is found again by who sends twice or reloads; then by the private link alone."""
TOUCHED_EVERY = 60
"""Seconds. How often a draft that is only looked at is written down again."""

Typed = dict[str, Any]
"""What was typed, by field name: a text, or a list of them where several can be chosen."""
Answers = dict[str, Typed]
"""What was typed on each page, by the name of its step."""


def load(request: HttpRequest) -> Answers:
    """Return the answers so far; none without a draft, or after its time."""
    answers: Answers = request.session.get(SESSION_KEY, {})
    age = abs(time.time() - _noted_at(answers))
    if answers and age > (RECEIPT_SECONDS if SENT in answers else IDLE_SECONDS):
        forget(request)
        return {}
    if answers and SENT not in answers and age > TOUCHED_EVERY:
        save(request, answers)
    return answers


def save(request: HttpRequest, answers: Answers) -> None:
    """Keep the answers for this visit, and give the draft an id if it has none."""
    answers.setdefault(DRAFT, {"id": secrets.token_urlsafe(16)})[AT] = time.time()
    request.session[SESSION_KEY] = answers


def was_sent(request: HttpRequest, token: str) -> bool:
    """Whether this link opens what was sent just now in this visit, and nothing was done about it since."""
    sent = load(request).get(SENT, {})
    return sent.get("token") == token and "put_away" not in sent


def put_receipt_away(request: HttpRequest) -> None:
    """Show how it stands from now on: something was done about it."""
    answers = load(request)
    if SENT in answers and "put_away" not in answers[SENT]:
        answers[SENT]["put_away"] = True
        request.session[SESSION_KEY] = answers


def _noted_at(answers: Answers) -> float:
    at: float = answers.get(DRAFT, {}).get(AT, 0)
    return at


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def typed_into(form: type[forms.Form], post: QueryDict) -> Typed:
    """What was typed into the fields of `form`, and nothing else that was sent."""
    return {
        name: post.getlist(name) if _takes_several(field) else post.get(name, "")
        for name, field in form.base_fields.items()
    }


def _takes_several(field: forms.Field) -> bool:
    return bool(getattr(field.widget, "allow_multiple_selected", False))
