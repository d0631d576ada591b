"""The answers typed so far: in the encrypted session, gone when the ask is sent or the visit ends."""

import secrets
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

SESSION_KEY = "ask"
DRAFT = "draft"
"""Beside the steps: {"id": …}, so that one draft makes one ask however often it is sent."""
SENT = "sent"
"""Instead of the steps, once sent: {"token": …} of the private link on the receipt."""

Typed = dict[str, Any]
"""What was typed, by field name: a text, or a list of them where several can be chosen."""
Answers = dict[str, Typed]
"""What was typed on each page, by the name of its step."""


def load(request: HttpRequest) -> Answers:
    """Return the answers so far; none if there is no draft."""
    answers: Answers = request.session.get(SESSION_KEY, {})
    return answers


def save(request: HttpRequest, answers: Answers) -> None:
    """Keep the answers for this visit, and give the draft an id if it has none."""
    answers.setdefault(DRAFT, {"id": secrets.token_urlsafe(16)})
    request.session[SESSION_KEY] = answers


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
