"""Sessions in the database; without a sign-in they end with the browser, and an hour after the last page.

On a shared computer whoever comes next finds nothing: not the answers that were typed, not the receipt.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

IDLE_SECONDS = 3600
"""After so long without a page a visit is over, by the clock of the server."""
WRITTEN_EVERY = timedelta(minutes=1)
"""How often a visit that goes on is written down: at each page would be a write for each page."""


class SessionStore(db.SessionStore):
    expires_at: datetime | None = None
    """Until when the session that was read is kept; None for a new one."""

    def is_of_no_account(self) -> bool:
        return SESSION_KEY not in self

    def get_session_cookie_age(self) -> int:
        return IDLE_SECONDS if self.is_of_no_account() else super().get_session_cookie_age()

    def get_expire_at_browser_close(self) -> bool:
        return self.is_of_no_account() or super().get_expire_at_browser_close()

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        self.expires_at = row.expire_date if row else None
        return row


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
