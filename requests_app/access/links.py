"""Private links and phone codes: 192 random bits for the link, a code derived from it to read out."""

import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.crypto import salted_hmac

from requests_app.models import Ask, PrivateLink

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L or U: what is read out on a bad line must not be mistaken."""
CODE_LENGTH = 8
"""30^8 = 6.6e11 codes; entering them is rate limited."""


def make_link(ask: Ask, *, with_code: bool = True) -> str:
    """Make a new private link for `ask` and return its token. Earlier links go on working."""
    while True:
        token = secrets.token_urlsafe(24)
        code_hash = _code_hash(code_for(token)) if with_code else None
        if not code_hash or not PrivateLink.objects.filter(code_hash=code_hash).exists():
            break
    PrivateLink.objects.create(ask=ask, token_hash=_token_hash(token), code_hash=code_hash)
    return token


@transaction.atomic
def renew_links(ask: Ask) -> str:
    """Take back every link and code of `ask`, make a new one, and return its token."""
    ask.links.filter(revoked_at=None).update(revoked_at=Now())
    return make_link(ask)


def code_for(token: str) -> str:
    """The short code of a link, as "ABCD-2345"."""
    number = int(salted_hmac("need-code", token, algorithm="sha256").hexdigest(), 16)
    letters = ""
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[place]
    return f"{letters[:4]}-{letters[4:]}"


def ask_by_token(token: str) -> tuple[Ask, PrivateLink] | None:
    """Return the ask and link of a token, or None for a wrong, revoked or expired one."""
    link = _usable().filter(token_hash=_token_hash(token)).first()
    return (link.ask, link) if link else None


def ask_by_code(typed: str) -> Ask | None:
    """Return the ask of a code as somebody typed it, spaces and small letters allowed, or None."""
    letters = "".join(letter for letter in typed.upper() if letter in CODE_LETTERS)
    if len(letters) != CODE_LENGTH:
        return None
    code_hash = _code_hash(f"{letters[:4]}-{letters[4:]}")
    link = _usable().filter(code_hash=code_hash).first()
    return link.ask if link else None


def private_url(token: str) -> str:
    return settings.SITE_URL + reverse("ask_private", args=[token])


def _usable() -> QuerySet[PrivateLink]:
    asks = Ask.objects.with_way_back()
    usable = PrivateLink.objects.filter(revoked_at=None, ask__in=asks)
    return usable.select_related("ask")


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _code_hash(code: str) -> str:
    """Keyed, because a code is short enough to be found from a plain hash."""
    return salted_hmac("need-code-hash", code, algorithm="sha256").hexdigest()
