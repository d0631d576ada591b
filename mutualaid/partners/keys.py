"""The key with which this site signs, and the digits by which two groups compare their keys."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction

from mutualaid.partners.models import SigningKey

DIGITS, IN_A_GROUP = 40, 5
"""So many that two keys which give the same digits are not found: 2^66 tries, for one pair of groups."""
LABEL = b"mutualaid: two groups compare their keys\n"


def current_key() -> SigningKey:
    """Return the key that new partners get to know, made when it is first asked for."""
    current = SigningKey.objects.filter(retired_at=None)
    if found := current.first():
        return found
    try:
        with transaction.atomic():
            return make_key()
    except IntegrityError:  # someone else was first
        return current.get()


def make_key() -> SigningKey:
    """Make a key and return it, current. Raises `IntegrityError` while another one is."""
    private_key = Ed25519PrivateKey.generate()
    return SigningKey.objects.create(
        public_key=private_key.public_key().public_bytes_raw().hex(),
        seed=private_key.private_bytes_raw().hex(),
    )


def digits(own_public_key: str, their_public_key: str) -> list[str]:
    """Return the digits for two keys (hexadecimal), in groups of five. They are the same at both sites."""
    both = sorted(bytes.fromhex(key) for key in (own_public_key, their_public_key))
    number = int.from_bytes(sha256(LABEL + b"".join(both)).digest()) % 10**DIGITS
    text = f"{number:0{DIGITS}}"
    return [text[start : start + IN_A_GROUP] for start in range(0, DIGITS, IN_A_GROUP)]
