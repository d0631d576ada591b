"""Sessions in the database: encrypted, and without a sign-in over an hour after the last page.

A row is known by a keyed hash of the key in the cookie, so whoever reads the table can sign in as no
one. What a session holds is encrypted for that row: whose it is, and what was typed and not sent. On a
shared computer whoever comes next finds nothing: not the answers that were typed, not the receipt.
"""

import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions import middleware
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import Error
from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from mutualaid.encryption.fields import WrongKey, decrypt, encrypt
from mutualaid.faults.database import EPISODES, READS_ON, cause_of
from mutualaid.statements import compiled_plain, slot

COLUMN = "django_session.session_data"
KEY_LENGTH = 40
"""As many letters as the column holds: 160 bits."""
IDLE_SECONDS = 3600
"""After so long without a page a visit is over, by the clock of the server."""
WRITTEN_EVERY = timedelta(minutes=1)
"""How often a visit that goes on is written down: at each page would be a write for each page."""


class SessionStore(db.SessionStore):
    """Django's sessions in the database, hashed and encrypted."""

    expires_at: datetime | None = None
    """Until when the session that was read is kept; None for a new one."""

    def is_of_no_account(self) -> bool:
        return SESSION_KEY not in self

    def get_session_cookie_age(self) -> int:
        return IDLE_SECONDS if self.is_of_no_account() else super().get_session_cookie_age()

    def get_expire_at_browser_close(self) -> bool:
        return self.is_of_no_account() or super().get_expire_at_browser_close()

    def encode(self, session_dict: dict[str, Any]) -> str:
        return seal_session(session_dict, row_key(self._get_or_create_session_key()))  # type: ignore[attr-defined]

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        return _decoded(str(session_data), row_key(self.session_key or ""))

    def save(self, must_create: bool = False) -> None:
        """Raises what the database said where it cannot be written to, for the session is not gone then."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(fault := error.__context__, Error) and cause_of(fault):
                raise fault from fault.__cause__
            raise

    def exists(self, session_key: str) -> bool:
        return super().exists(row_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        key = row_key(self._get_or_create_session_key())  # type: ignore[attr-defined]
        return Session(
            session_key=key, session_data=self.encode(data), expire_date=self.get_expiry_date()
        )

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(row_key(key))

    def _get_session_from_db(self) -> Session | None:
        """None for an unknown key, which then is not used again: no one chooses their own."""
        rows = _open().rows(key=row_key(self.session_key or ""), now=timezone.now())
        found = next(iter(rows), None)
        if found is None:
            self._session_key = None
        self.expires_at = found.expire_date if found else None
        return found


class SessionMiddleware(middleware.SessionMiddleware):
    """Django's, which does not take a page away from someone because their visit cannot be written down."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Where the database can only be read, what a page that was read changed in its session is let go.

        What was sent must not seem kept: then the fault goes on, as any other does.
        """
        try:
            return super().process_response(request, response)
        except Error as error:
            cause = cause_of(error)
            if request.method not in ("GET", "HEAD") or cause not in READS_ON:
                raise
            EPISODES[cause].fails(exc_info=sys.exc_info())
            return response


def seal_session(held: dict[str, Any], row: str) -> str:
    """Return what a session holds as it is stored in its row."""
    return encrypt(json.dumps(held), column=COLUMN, row=row)


def open_session(session: Session) -> dict[str, Any]:
    """Return what a stored session holds; nothing if no configured key opens it."""
    return _decoded(session.session_data, session.session_key)


def row_key(session_key: str) -> str:
    """Return by what the row of a session is known whose cookie holds `session_key`."""
    hashed = salted_hmac("mutualaid.session", session_key, algorithm="sha256")
    return hashed.hexdigest()[:KEY_LENGTH]


def keep_visit(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: let the hour of someone who is not signed in begin anew with each page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session = request.session
        if (
            isinstance(session, SessionStore)
            and session.accessed
            and session.expires_at
            and session.is_of_no_account()
        ):
            left = session.expires_at - timezone.now()
            if left < timedelta(seconds=IDLE_SECONDS) - WRITTEN_EVERY:
                session.modified = True
        return response

    return middleware


@compiled_plain
def _open() -> "QuerySet[Session]":
    return Session.objects.filter(
        session_key=slot("key"), expire_date__gt=slot("now", DateTimeField())
    )


def _decoded(session_data: str, row: str) -> dict[str, Any]:
    try:
        decoded: dict[str, Any] = json.loads(decrypt(session_data, column=COLUMN, row=row) or "{}")
    except (WrongKey, ValueError):
        return {}
    return decoded
