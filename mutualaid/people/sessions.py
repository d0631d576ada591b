"""Signing people out wherever they are signed in."""

from collections.abc import Iterable

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from mutualaid.people.models import User
from mutualaid.people.session_store import open_session


def end_sessions(users: Iterable[User]) -> int:
    """End every session of these people; return how many.

    Reads all sessions of the site, for which account one is of stands inside its encrypted data.
    """
    ids = {str(user.pk) for user in users}
    if not ids:
        return 0
    running = Session.objects.filter(expire_date__gt=timezone.now()).iterator()
    ended = [session.pk for session in running if open_session(session).get(SESSION_KEY) in ids]
    return Session.objects.filter(pk__in=ended).delete()[0]
