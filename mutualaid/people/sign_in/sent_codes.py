"""Codes that a session waits for: what was sent, to whom, and how many tries are left."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from django.conf import settings
from django.http import HttpRequest

from mutualaid.people.sign_in.clock import is_within

LIFE = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


@dataclass(frozen=True)
class SentCode:
    """One code in the session under `key`, with so many `tries`; a new one takes its place."""

    key: str
    tries: int

    def keep(self, request: HttpRequest, code: str, **about: str) -> dict[str, Any]:
        """Wait for this code from now on; `about` is kept with it. Returns what was kept."""
        sent = {**about, "code": code, "at": time.time(), "tries": self.tries}
        request.session[self.key] = sent
        return sent

    def waiting(self, request: HttpRequest) -> dict[str, Any] | None:
        """What was kept, while the code still works; else None."""
        sent: dict[str, Any] = request.session.get(self.key) or {}
        return sent if sent.get("tries", 0) > 0 and is_within(sent.get("at"), LIFE) else None

    def accept(self, request: HttpRequest, typed: str) -> bool:
        """Whether `typed` is the code; counts a wrong one, and forgets the right one."""
        sent = self.waiting(request)
        if sent is None:
            return False
        if compare_user_code(actual=typed, expected=sent["code"]):
            del request.session[self.key]
            return True
        request.session[self.key] = {**sent, "tries": sent["tries"] - 1}
        return False
