"""A line for each sign-in, each that failed, each refusal, each limit that was hit.

It says what (`kind`), where (`route`) and in which request. It names no person but those of the team, by
the id of their account (ADR 55).
"""

import logging
from enum import StrEnum

from allauth.core import context
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from mutualaid.people.models import User

log = logging.getLogger("mutualaid.security")


class Event(StrEnum):
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    CODE_WRONG = "code_wrong"
    PROVED_AGAIN = "proved_again"
    SECOND_FACTOR_USED = "second_factor_used"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  the name of an event
    SESSIONS_ENDED = "sessions_ended"
    REFUSED = "refused"
    LIMIT = "limit"


USUAL = {
    Event.SIGNED_IN,
    Event.SIGNED_OUT,
    Event.PROVED_AGAIN,
    Event.SECOND_FACTOR_USED,
}
"""What is at level INFO; all else is a WARNING."""
REFUSALS = (400, 403, 404, 413, 429)
"""Statuses of answers that leave a line: damaged, forbidden, hidden, too long, too often."""


def note(
    event: Event,
    *,
    user: User | AnonymousUser | None = None,
    request: HttpRequest | None = None,
    **extra: object,
) -> None:
    """Write the line; without a `request` it is about that which is answered just now, if any.

    `extra` are names of `mutualaid.logs`.
    """
    request = request or context.request
    match = request.resolver_match if request else None
    extra |= {"kind": event.value, "route": match.route if match else "(none)"}
    if isinstance(user, User) and user.is_staff:
        extra["account"] = user.pk
    log.log(logging.INFO if event in USUAL else logging.WARNING, "security", extra=extra)


def note_refusal(request: HttpRequest, status: int) -> None:
    """Write a line for an answer with this status, where it refuses something that there is."""
    if status in REFUSALS and (status != 404 or request.resolver_match):
        note(Event.REFUSED, user=getattr(request, "user", None), request=request, status=status)
