"""What was typed so far: encrypted in the session, gone when the ask is sent or the visit ends."""

import json
import secrets
from typing import Any

from django.http import HttpRequest

from mutualaid.encryption.fields import WrongKey, decrypt, encrypt

SESSION_KEY = "ask"
COLUMN = "session.ask"
DRAFT = "draft"
"""Beside the steps: {"id": …}, which makes one ask of one draft however often it is sent."""
SENT = "sent"
"""Instead of the steps, once sent: {"token": …} of the receipt."""

Answers = dict[str, dict[str, Any]]
"""The answers of each step: step name → field name → what was typed (lists for several choices)."""


def load(request: HttpRequest) -> Answers:
    """Return the answers so far; none when there is no draft or its key is gone."""
    try:
        answers: Answers = json.loads(
            decrypt(request.session.get(SESSION_KEY, ""), column=COLUMN) or "{}"
        )
    except WrongKey:
        return {}
    return answers


def save(request: HttpRequest, answers: Answers) -> None:
    """Keep the answers for this visit."""
    answers.setdefault(DRAFT, {"id": secrets.token_urlsafe(16)})
    request.session[SESSION_KEY] = encrypt(json.dumps(answers), column=COLUMN)


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
