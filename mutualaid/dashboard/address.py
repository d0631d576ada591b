"""The secret address of someone's calendar: 192 random bits, of which only a hash is stored."""

import hashlib
import secrets

from mutualaid.people.models import User


def new_address(user: User) -> str:
    """Make a new secret for `user` and return it. The one before no longer works."""
    token = secrets.token_urlsafe(24)
    User.objects.filter(pk=user.pk).update(calendar_hash=_hash(token))
    return token


def forget_address(user: User) -> None:
    """Let the address of their calendar work no longer."""
    User.objects.filter(pk=user.pk).update(calendar_hash=None)


def owner_of(token: str) -> User | None:
    """Whose calendar it is; None for a wrong or forgotten secret, or an account that is closed."""
    return User.objects.active().filter(calendar_hash=_hash(token)).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
