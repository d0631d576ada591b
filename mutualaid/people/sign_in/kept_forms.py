"""What someone had typed when they had to sign in again: sealed, for a while, for the same account only."""

import json
from dataclasses import dataclass
from datetime import timedelta

from django.db.models.functions import Now
from django.http import HttpRequest

from mutualaid.encryption.fields import WrongKey
from mutualaid.people.models import KeptForm, User

KEPT = timedelta(minutes=15)
MOST_LETTERS = 100_000
"""A form that is longer is not kept: no page of the site sends one."""
SENT_AGAIN = "kept"
"""The field by which a kept form that is sent again is known."""
ACCOUNT_PAGES = "/account/"
NEVER_KEPT = {"csrfmiddlewaretoken", SENT_AGAIN}


@dataclass(frozen=True)
class Typed:
    """To which path of this site it was sent, on which page its form is, and (name, value) of each field."""

    path: str
    page: str
    fields: list[tuple[str, str]]


def keep(request: HttpRequest, user: User, *, page: str) -> bool:
    """Keep the fields of this POST, in place of what was kept before; False where there is nothing to keep.

    Files are not kept, nor what is typed on the pages of an account, where codes and passwords are.
    """
    fields = [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name not in NEVER_KEPT
    ]
    sealed = json.dumps({"path": request.get_full_path(), "page": page, "fields": fields})
    if not fields or len(sealed) > MOST_LETTERS or request.path_info.startswith(ACCOUNT_PAGES):
        return False
    KeptForm.objects.update_or_create(
        user=user, defaults={"sealed": sealed, "kept_until": Now() + KEPT}
    )
    return True


def kept_for(user: User) -> Typed | None:
    """What waits for this account; None once its time is over, or where no configured key opens it."""
    try:
        row = KeptForm.objects.filter(user=user, kept_until__gt=Now()).first()
    except WrongKey:
        return None
    if row is None:
        return None
    typed = json.loads(row.sealed)
    return Typed(typed["path"], typed["page"], [(name, value) for name, value in typed["fields"]])


def forget(user: User) -> None:
    KeptForm.objects.filter(user=user).delete()
