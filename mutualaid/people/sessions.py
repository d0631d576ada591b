"""Signing people out wherever they are signed in."""

from collections.abc import Iterable

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from mutualaid.people.models import User


def end_sessions(users: Iterable[User]) -> int:
    """End every session of these people; returns how many. Reads all of the site's, for they are sealed."""
    ids = {str(user.pk) for user in users}
    running = Session.objects.filter(expire_date__gt=timezone.now())
    theirs = [one.pk for one in running.iterator() if one.get_decoded().get(SESSION_KEY) in ids]
    return Session.objects.filter(pk__in=theirs).delete()[0] if ids else 0
