"""What someone typed on one page after the other: in the encrypted session, until it is sent or let go."""

import hashlib
import json
import secrets
import time
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

DRAFT = "draft"
"""Beside the pages: {"id": …}, so that one draft makes one thing however often it is sent."""
AT = "at"
"""In it: when the last page was asked for, in seconds since 1970."""
TOUCHED_EVERY = 60
"""Seconds. How often a draft that is only looked at is written down again."""

LET_GO = _(
    "We no longer have what you wrote on the pages before. To keep it safe, we delete it"
    " after an hour, and when you close your browser. What you wrote just now is still"
    " here. Continue, and we'll ask you the rest again."
)
ALL_LET_GO = _(
    "We no longer have what you wrote. To keep it safe, we delete it after an hour, when"
    " you close your browser, and when it's sent. If you hadn't sent it, please start"
    " again here."
)
CHANGED = _(
    "Your answers have changed since you opened that page, maybe in another tab."
    " This is how they are now. Please check them again."
)

Typed = dict[str, Any]
"""What was typed, by field name: a text, or a list of them where several can be chosen."""
Answers = dict[str, Typed]
"""What was typed on each page, by the name of its step."""


class Draft:
    """The answers of one way through pages, under `session_key`; kept for `seconds` after the last page."""

    def __init__(self, session_key: str, *, seconds: int) -> None:
        self.session_key = session_key
        self.seconds = seconds

    def load(self, request: HttpRequest) -> Answers:
        """Return the answers so far; none without a draft, or after its time."""
        answers: Answers = request.session.get(self.session_key, {})
        if not answers:
            return {}
        age = abs(time.time() - self.noted_at(answers))
        if age > self.seconds_kept(answers):
            self.forget(request)
            return {}
        if age > TOUCHED_EVERY and self.is_open(answers):
            self.save(request, answers)
        return answers

    def save(self, request: HttpRequest, answers: Answers) -> None:
        """Keep the answers for this visit, and give the draft an id if it has none."""
        answers.setdefault(DRAFT, {"id": secrets.token_urlsafe(16)})[AT] = time.time()
        request.session[self.session_key] = answers

    def forget(self, request: HttpRequest) -> None:
        request.session.pop(self.session_key, None)

    def is_open(self, answers: Answers) -> bool:
        """Whether someone still writes in it, so that looking at it keeps it."""
        return True

    def seconds_kept(self, answers: Answers) -> int:
        return self.seconds

    def noted_at(self, answers: Answers) -> float:
        at: float = answers.get(DRAFT, {}).get(AT, 0)
        return at


def mark_of(answers: Answers) -> str:
    """Differs as soon as any answer does: so a page that shows them all knows which ones it showed."""
    pages = {name: typed for name, typed in answers.items() if name != DRAFT}
    return hashlib.sha256(json.dumps(pages, sort_keys=True).encode()).hexdigest()[:16]


def were_shown(request: HttpRequest, answers: Answers) -> bool:
    """Whether the page that was sent had shown these very answers, and not earlier ones."""
    return request.POST.get("shown", mark_of(answers)) == mark_of(answers)


def typed_into(form: type[forms.Form] | forms.BaseForm, post: QueryDict) -> Typed:
    """What was typed into the fields of `form`, and nothing else that was sent."""
    fields = form.fields if isinstance(form, forms.BaseForm) else form.base_fields
    return {
        name: post.getlist(name) if _takes_several(field) else post.get(name, "")
        for name, field in fields.items()
    }


def _takes_several(field: forms.Field) -> bool:
    return bool(getattr(field.widget, "allow_multiple_selected", False))
