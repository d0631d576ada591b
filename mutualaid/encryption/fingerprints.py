"""One keyed fingerprint for each contact point: it finds the same person again and reveals nothing else.

It is kept where the phone or e-mail itself is not, so it must outlive every contact key: it is keyed by
`SECRET_KEY`. Whoever has that key can try numbers; see docs/adr/0024.

Equal fingerprints lead from an ask to an account. Where a copy of the database must not tell that, a
fingerprint is stored veiled: by a second keyed hash, to which an account leads, and nothing back.
"""

from collections.abc import Iterable
from functools import cache
from hashlib import blake2b

from django.conf import settings
from django.utils.crypto import salted_hmac

from mutualaid.contact_points import ContactPoint, parse

LENGTH = 32
"""Letters: 128 bits in hexadecimal."""


def fingerprint(point: ContactPoint) -> str:
    """Return the fingerprint of one contact point, the same for each of its spellings."""
    keyed = salted_hmac(f"mutualaid.contact point {point.kind}", point.identity, algorithm="sha256")
    return keyed.hexdigest()[:LENGTH]


def fingerprints(*texts: str) -> set[str]:
    """Return the fingerprints of all contact points in these texts; empty where there are none."""
    return fingerprints_of(point for text in texts for point in parse(text).points)


def veil(fingerprint: str) -> str:
    """Return a fingerprint as it is stored about what must not be joined with an account.

    By BLAKE2's own keyed mode (RFC 7693), for all accounts are hashed in a row: with HMAC that took almost
    three times as long.
    """
    keyed = blake2b(
        fingerprint.encode(), key=_veiling_key(settings.SECRET_KEY), digest_size=LENGTH // 2
    )
    return keyed.hexdigest()


def veil_account(pk: int) -> str:
    """Return what stands for the account with this id where it must not be named."""
    return veil(f"account {pk}")


@cache
def _veiling_key(secret: str) -> bytes:
    return salted_hmac("mutualaid.veil", "", secret=secret, algorithm="sha256").digest()


def fingerprints_of(points: Iterable[ContactPoint]) -> set[str]:
    return {fingerprint(point) for point in points}
