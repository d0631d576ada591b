"""What someone had typed when they had to sign in again, kept for a while.

It is sealed for the account where that is known, and shown to no other. Where the session is gone, no one
knows whose it was: then it waits in the new session of the same browser until someone signs in there.
"""

import json
import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.db.models.functions import Now
from django.http import HttpRequest

from mutualaid.encryption.fields import WrongKey
from mutualaid.forms.sent import Typed, typed_in
from mutualaid.people.models import KeptForm, User
from mutualaid.people.sign_in.clock import is_within

KEPT = timedelta(minutes=15)
IN_SESSION = "typed"


def is_from_this_site(request: HttpRequest) -> bool:
    """Whether the browser says that the form was on a page of ours: no other site may fill in a form here."""
    named = request.headers.get("Origin") or request.headers.get("Referer", "")
    origin = urlsplit(named)
    return (origin.scheme, origin.netloc) == (request.scheme, request.get_host())


def keep(request: HttpRequest, user: User, *, page: str) -> bool:
    """Keep what this POST carries, in place of what was kept before; False where that is nothing."""
    if not (typed := typed_in(request, page=page)):
        return False
    KeptForm.objects.update_or_create(
        user=user, defaults={"sealed": _dump(typed), "kept_until": Now() + KEPT}
    )
    return True


def keep_until_sign_in(request: HttpRequest) -> bool:
    """Keep what this POST of someone who is not signed in carries; False where that is nothing."""
    if not (typed := typed_in(request, page=request.path)):
        return False
    request.session[IN_SESSION] = {"form": _dump(typed), "at": time.time()}
    return True


def kept_for(request: HttpRequest, user: User) -> Typed | None:
    """What waits for this account or in this session; None once its time is over, or no key opens it."""
    waiting = request.session.get(IN_SESSION)
    if waiting and is_within(waiting["at"], KEPT):
        return _load(waiting["form"])
    try:
        row = KeptForm.objects.filter(user=user, kept_until__gt=Now()).first()
    except WrongKey:
        return None
    return _load(row.sealed) if row else None


def forget(request: HttpRequest, user: User) -> None:
    request.session.pop(IN_SESSION, None)
    KeptForm.objects.filter(user=user).delete()


def _dump(typed: Typed) -> str:
    return json.dumps({"path": typed.path, "page": typed.page, "fields": typed.fields})


def _load(dumped: str) -> Typed:
    typed = json.loads(dumped)
    return Typed(typed["path"], typed["page"], [(name, value) for name, value in typed["fields"]])
