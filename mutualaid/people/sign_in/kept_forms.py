"""What someone had typed when they had to sign in again, kept for a while.

It is sealed for the account where that is known, and shown to no other. Where the session is gone, no one
knows whose it was: then it waits in the new session of the same browser until someone signs in there.
"""

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.db.models.functions import Now
from django.http import HttpRequest

from mutualaid.encryption.fields import WrongKey
from mutualaid.forms.stale import SEEN
from mutualaid.people.models import KeptForm, User
from mutualaid.people.sign_in.clock import is_within

KEPT = timedelta(minutes=15)
MOST_LETTERS = 100_000
"""A form that is longer is not kept: no page of the site sends one."""
SENT_AGAIN = "kept"
"""The field by which a kept form that is sent again is known."""
ACCOUNT_PAGES = "/account/"
NEVER_KEPT = {"csrfmiddlewaretoken", SENT_AGAIN}
NOT_TYPED = {SEEN, "once", "next"}
"""Hidden fields of our forms."""
IN_SESSION = "typed"


@dataclass(frozen=True)
class Typed:
    """To which path of this site it was sent, on which page its form is, and (name, value) of each field."""

    path: str
    page: str
    fields: list[tuple[str, str]]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """The fields that someone filled in."""
        return [(name, value) for name, value in self.fields if value and name not in NOT_TYPED]


def typed_in(request: HttpRequest, *, page: str) -> Typed | None:
    """What this POST carries; None where it is nothing, too long, or must not be shown again.

    Files are left out, and so is what is typed on the pages of an account, where codes and passwords are.
    """
    fields = [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name not in NEVER_KEPT
    ]
    is_too_long = sum(len(name) + len(value) for name, value in fields) > MOST_LETTERS
    if not fields or is_too_long or request.path_info.startswith(ACCOUNT_PAGES):
        return None
    return Typed(request.get_full_path(), page, fields)


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
