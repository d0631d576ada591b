"""The second factor: who needs one, who has one, and whether it was used in this session.

allauth keeps the factors and asks for them at the sign-in. What it has no switch for is here: the admin,
and pages of those who say yes to money, open only to a session in which one was used.
"""

from collections.abc import Callable
from typing import TypeVar

from allauth.account.authentication import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from mutualaid.people.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes stand in for one of these, and are no factor by themselves."""


MeantFor = Callable[[User], bool]
View = TypeVar("View", bound=Callable[..., object])
_meant_for: list[MeantFor] = []


def also_for(is_meant: MeantFor) -> None:
    """Ask whom `is_meant` holds for as staff are asked; a room above says so when it is loaded."""
    _meant_for.append(is_meant)


def with_second_factor(view: View) -> View:
    """Mark a view: whom a second factor is meant for gets there with one alone. The middleware keeps it."""
    view.with_second_factor = True  # type: ignore[attr-defined]
    return view


def is_meant_for(user: User) -> bool:
    """Whether this person has to have one: staff, and whom another room names."""
    return user.is_staff or any(is_meant(user) for is_meant in _meant_for)


def has_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def is_asked_at_sign_in(user: User) -> bool:
    """Whether a code by mail or text alone does not sign this person in.

    A passkey is one more way in for everybody, and a lock only for whom it is meant: a neighbour who loses
    the phone it is on still gets in by a code.
    """
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Authenticator.Type.TOTP in types or (
        Authenticator.Type.WEBAUTHN in types and is_meant_for(user)
    )


def is_needed(request: HttpRequest) -> bool:
    """Whether the pages that it guards must wait until a second factor is used in this session."""
    return settings.SECOND_FACTOR_REQUIRED and not was_used(request)


def was_used(request: HttpRequest) -> bool:
    """Whether this session has seen a second factor of its account, or a recovery code in its place."""
    return any(record.get("method") == "mfa" for record in _records(request))


def forget_removed(request: HttpRequest, user: User) -> None:
    """Let the use of factors that are there no longer count for nothing in this session."""
    left = set(Authenticator.objects.filter(user=user).values_list("pk", flat=True))
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record
        for record in _records(request)
        if record.get("method") != "mfa" or record.get("id") in left
    ]


def _records(request: HttpRequest) -> list[dict[str, object]]:
    """How this session signed in: {"method": "code", "at": …}, oldest first."""
    user = request.user
    return get_authentication_records(request, user) if user.is_authenticated else []
