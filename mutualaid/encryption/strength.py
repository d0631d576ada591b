"""Refuse keys that protect nothing, before anything is encrypted with them."""

from base64 import b64decode
from binascii import Error
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 32
"""Letters."""
LEAST_DIFFERENT_LETTERS = 10
LEAST_DIFFERENT_BYTES = 16
"""Of 32 random bytes fewer are different about once in 10¹¹ keys."""
FROM_TUTORIALS = ("django-insecure-", "changeme", "change-me", "secret", "your-secret-key")
HOW = 'Make one: python -c "import secrets; print(secrets.token_urlsafe(50))"'
HOW_CONTACT = "Make one: openssl rand -base64 32"


def refuse_weak_keys(secret_key: str, contact_keys: Sequence[str]) -> None:
    """Refuse a key that can be guessed, or that stands for another. Raises `ImproperlyConfigured`.

    What is no key at all is left to the system checks, which say what one looks like.
    """
    if (
        len(secret_key) < SHORTEST_SECRET
        or len(set(secret_key)) < LEAST_DIFFERENT_LETTERS
        or secret_key.lower().startswith(FROM_TUTORIALS)
    ):
        raise ImproperlyConfigured(f"SECRET_KEY can be guessed. {HOW}")
    names, bodies = set[str](), set[bytes]()
    for entry in contact_keys:
        name, _, body = entry.partition(":")
        key = _decoded(body)
        if key and len(set(key)) < LEAST_DIFFERENT_BYTES:
            raise ImproperlyConfigured(f"CONTACT_KEYS: {name} can be guessed. {HOW_CONTACT}")
        if name in names or key in bodies or body == secret_key:
            raise ImproperlyConfigured(
                f"CONTACT_KEYS: {name} is another key's name or value. {HOW_CONTACT}"
            )
        names.add(name)
        bodies |= {key} if key else set()


def _decoded(body: str) -> bytes:
    """The bytes of a key; none where it is not 32 bytes in base64."""
    try:
        key = b64decode(body, validate=True)
    except (Error, ValueError):
        return b""
    return key if len(key) == 32 else b""
