"""Sign in at once, as someone who has just proven who they are."""

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.test import Client

from mutualaid.people.models import User
from mutualaid.sessions import SessionStore

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(client: Client, user: User, *, second_factor: bool = True) -> Client:
    """Sign `user` in, with a second factor or by a code by mail alone, just now; return `client`.

    As Django's `force_login`, but the session is written once: each row of it is encrypted anew.
    """
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    request = HttpRequest()
    request.session = SessionStore(cookie.value if cookie else None)
    login(request, user, backend=BACKEND)
    method = {"method": "mfa", "type": "totp", "id": 0} if second_factor else {"method": "code"}
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [{**method, "at": time.time()}]
    request.session["account_authentication_methods_user"] = str(user.pk)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key or ""
    return client


def in_session(client: Client, **values: Any) -> None:
    """Write these values into the session of `client`."""
    session = client.session
    session.update(values)
    session.save()


def time_passes(client: Client, seconds: float) -> Client:
    """Let all that the session of `client` knows have been so much longer ago; return `client`."""
    session = client.session
    for key in ("signed_in_at", "seen_at"):
        if key in session:
            session[key] -= seconds
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**record, "at": record["at"] - seconds}
        for record in session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    ]
    session.save()
    return client


def location(answer: Any) -> str:
    """Where an answer leads, such as to the sign-in."""
    return str(answer.headers.get("Location", f"no redirect, but {answer.status_code}"))
