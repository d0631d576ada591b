"""Signing people out wherever they are signed in."""

from collections.abc import Iterable

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from mutualaid.people.models import User
from mutualaid.sessions import open_session, row_key


def end_sessions(users: Iterable[User], *, but: str | None = None) -> int:
    """End every session of these people, `but` the one with this key; return how many.

    Reads all sessions of the site, for which account one is of stands inside its encrypted data.
    """
    ids = {str(user.pk) for user in users}
    if not ids:
        return 0
    running = Session.objects.filter(expire_date__gt=timezone.now())
    if but:
        running = running.exclude(pk=row_key(but))
    sessions = running.iterator()
    ended = [session.pk for session in sessions if open_session(session).get(SESSION_KEY) in ids]
    return Session.objects.filter(pk__in=ended).delete()[0]
