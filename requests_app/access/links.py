"""Private links to an ask, and codes to read out by phone. A link has 192 random bits; see ADR 5 and 25."""

import hashlib
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.crypto import salted_hmac

from mutualaid.people.sessions import forget_in_sessions
from requests_app.models import Ask, PrivateLink

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, O, 1, I, L and U, which are mistaken for others on a bad line."""
CODE_LENGTH = 8
"""30^8 = 6.6e11 codes; entering one is rate limited."""


def make_link(ask: Ask, *, with_code: bool = True) -> str:
    """Make a new private link for an ask and return its token. Earlier links stay valid.

    Without `with_code` no code opens the ask by this link, as for links in messages.
    """
    while True:
        token = secrets.token_urlsafe(24)
        code_hash = _code_hash(code_for(token)) if with_code else None
        if not code_hash or not PrivateLink.objects.filter(code_hash=code_hash).exists():
            break
    PrivateLink.objects.create(ask=ask, token_hash=_token_hash(token), code_hash=code_hash)
    return token


def forget_in_visits(asks: Iterable[Ask]) -> None:
    """Take the tokens of all links of these asks out of the sessions that hold them, as after sending."""
    links = PrivateLink.objects.filter(ask__in=asks)
    hashes = set(links.values_list("token_hash", flat=True))

    def holds_token(value: object) -> bool:
        if isinstance(value, dict):
            return any(map(holds_token, value.values()))
        return isinstance(value, str) and _token_hash(value) in hashes

    if hashes:
        forget_in_sessions(holds_token)


@transaction.atomic
def renew_links(ask: Ask) -> str:
    """Revoke all links and codes of an ask, make a new link, and return its token."""
    ask.links.filter(revoked_at=None).update(revoked_at=Now())
    return make_link(ask)


def code_for(token: str) -> str:
    """The code derived from the token of a link, as "ABCD-2345"."""
    number = int(salted_hmac("need-code", token, algorithm="sha256").hexdigest(), 16)
    letters = ""
    for _ in range(CODE_LENGTH):
        number, index = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[index]
    return f"{letters[:4]}-{letters[4:]}"


def ask_by_token(token: str) -> tuple[Ask, PrivateLink] | None:
    """Return the ask and the link of a token; None if it is wrong, revoked or expired."""
    link = _usable().filter(token_hash=_token_hash(token)).first()
    return (link.ask, link) if link else None


def was_merged(token: str) -> bool:
    """Whether this link worked until its ask was put together with another one, which has a new link.

    Not for a link that was revoked before, as one that someone else knew, nor for a veiled or erased ask.
    """
    return _was_merged(PrivateLink.objects.filter(token_hash=_token_hash(token)))


def code_was_merged(typed: str) -> bool:
    """Whether the link of this code is one that `was_merged`."""
    code_hash = _typed_code_hash(typed)
    return bool(code_hash) and _was_merged(PrivateLink.objects.filter(code_hash=code_hash))


def _was_merged(links: QuerySet[PrivateLink]) -> bool:
    link = links.filter(
        ask__merged_into__in=Ask.objects.with_way_back(), ask__veiled=False, ask__erased_at=None
    ).first()
    return link is not None and not link.ask.links.filter(revoked_at__gt=link.revoked_at).exists()


def ask_by_code(typed: str) -> Ask | None:
    """Return the ask of a code; None if it is wrong, revoked or expired. Case and spaces do not matter."""
    code_hash = _typed_code_hash(typed)
    link = _usable().filter(code_hash=code_hash).first() if code_hash else None
    return link.ask if link else None


def private_url(token: str) -> str:
    """The absolute address of the private page."""
    return settings.SITE_URL + reverse("ask_private", args=[token])


def _usable() -> QuerySet[PrivateLink]:
    asks = Ask.objects.with_way_back()
    usable = PrivateLink.objects.filter(revoked_at=None, ask__in=asks)
    return usable.select_related("ask")


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _code_hash(code: str) -> str:
    """A keyed hash: a code is so short that it could be found from a plain one by trying."""
    return salted_hmac("need-code-hash", code, algorithm="sha256").hexdigest()


def _typed_code_hash(typed: str) -> str:
    """The hash of a code as people type it; "" for what is none."""
    letters = "".join(letter for letter in typed.upper() if letter in CODE_LETTERS)
    return _code_hash(f"{letters[:4]}-{letters[4:]}") if len(letters) == CODE_LENGTH else ""
