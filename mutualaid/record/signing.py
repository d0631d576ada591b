"""The site's key for its seals: Ed25519 (RFC 8032), made from `SECRET_KEY`, so that a backup brings it back.

A seal keeps the public key beside it: it can be checked for good, also after the site got other keys.
"""

from functools import cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"mutualaid.record"
SEED_BYTES = 32


def sign(head: str) -> str:
    """Return the signature of a head, in hexadecimal as all here."""
    return _key(settings.SECRET_KEY).sign(bytes.fromhex(head)).hex()


def public_key() -> str:
    return _key(settings.SECRET_KEY).public_key().public_bytes_raw().hex()


def is_signed(head: str, signature: str, public_key: str) -> bool:
    """Whether whoever has the key to `public_key` signed this head."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), bytes.fromhex(head))
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public_key: str) -> str:
    """Return the SHA-256 of a public key, by which people compare it."""
    return sha256(bytes.fromhex(public_key)).hexdigest()


@cache
def _key(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(SHA256(), SEED_BYTES, salt=None, info=PURPOSE).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)
