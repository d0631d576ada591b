"""Signing people out wherever they are signed in."""

from collections.abc import Callable, Collection

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from mutualaid.people.models import User
from mutualaid.people.security_log import Event, note
from mutualaid.sessions import open_session, row_key, seal_session


def end_sessions(users: Collection[User], *, but: str | None = None) -> int:
    """End every session of these people, `but` the one with this key; return how many.

    Reads all sessions of the site, for which account one is of stands inside its encrypted data.
    """
    ids = {str(user.pk) for user in users}
    if not ids:
        return 0
    running = Session.objects.filter(expire_date__gt=timezone.now())
    if but:
        running = running.exclude(pk=row_key(but))
    for user in users:
        note(Event.SESSIONS_ENDED, user=user)
    sessions = running.iterator()
    ended = [session.pk for session in sessions if open_session(session).get(SESSION_KEY) in ids]
    return Session.objects.filter(pk__in=ended).delete()[0]


def forget_in_sessions(is_meant: Callable[[object], bool]) -> None:
    """Take each value that is meant out of all sessions; they go on without it."""
    for session in Session.objects.iterator():
        held = open_session(session)
        kept = {name: value for name, value in held.items() if not is_meant(value)}
        if len(kept) < len(held):
            sealed = seal_session(kept, session.session_key)
            Session.objects.filter(pk=session.pk).update(session_data=sealed)
