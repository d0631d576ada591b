"""HTTP message signatures (RFC 9421) with Ed25519. The only module that knows the library for them.

What we sign and ask for is always the same: method, address, content type and the digest of the body,
with `created`, `keyid` (the public key in hexadecimal) and `nonce` (the id of the message), and perhaps
`alg`. Anything else is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519

from mutualaid import clock
from mutualaid.partners.models import SigningKey

CONTENT_TYPE = "application/json"
COVERED = ("@method", "@target-uri", "content-type", "content-digest")
PARAMETERS = {"created", "keyid", "alg", "nonce"}
READ = ("Content-Type", "Content-Digest", "Signature-Input", "Signature")
"""No other header can be covered, for none is handed to the library."""
LONGEST_HEADER = 1000
MOST_APART = timedelta(seconds=300)
"""Between `created` and our clock, either way."""
NO_ONE = "49f0e8528b63a1a4df33adf3fc58b36eac286aa39e3c3f4f7862293651362612"
"""Stands for a key that no one here knows, so that the answer takes as long."""


class NotSigned(Exception):
    """A request whose signature is missing, not as it has to be, or not good."""


@dataclass(frozen=True)
class Signature:
    """A good signature: by which key, of which message, and made when, in seconds since 1970."""

    key_id: str
    message_id: UUID
    created: int


@dataclass(frozen=True)
class _Request:
    """What the library reads of a request."""

    method: str
    url: str
    headers: dict[str, str]


class _Keys(HTTPSignatureKeyResolver):
    """Keys by the id that a signature names."""

    def __init__(self, public_key_of: Callable[[str], str | None]) -> None:
        self._public_key_of = public_key_of

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        public_key = self._public_key_of(key_id) or NO_ONE
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))


class _OwnKey(HTTPSignatureKeyResolver):
    """The key we sign with, whatever its id."""

    def __init__(self, key: SigningKey) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key.seed))

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self._key


class _Verifier(HTTPMessageVerifier):
    """Leaves the time to our caller, who asks the clock of the database."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        if "created" not in sig_input.params:
            raise InvalidSignature("created is missing")


def signed_headers(
    url: str, body: bytes, key: SigningKey, message_id: UUID, *, at: datetime | None = None
) -> dict[str, str]:
    """Return the headers for a POST of `body` to `url`, signed `at`, or now by the database's clock."""
    request = _Request("POST", url, {"Content-Type": CONTENT_TYPE})
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_OwnKey(key)).sign(
        request,
        key_id=key.public_key,
        created=at or clock.now(),
        nonce=str(message_id),
        label="sig",
        covered_component_ids=COVERED[:-1],
        body=body,
    )
    return request.headers


def verified(
    url: str, body: bytes, headers: Mapping[str, str], public_key_of: Callable[[str], str | None]
) -> Signature:
    """Return the one signature of a POST of `body` to `url`, once it is found good. Its age is not looked at.

    `public_key_of` returns the public key (hexadecimal) for a key id, or None, which takes as long.
    Raises `NotSigned` for anything else than one good signature as `signed_headers` makes it.
    """
    read = {name: headers[name] for name in READ if name in headers}
    if any(len(value) > LONGEST_HEADER for value in read.values()):
        raise NotSigned
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_Keys(public_key_of))
    try:
        found = verifier.verify(
            _Request("POST", url, read), require_components=COVERED, body=body, max_age=None
        )
    except InvalidSignature as error:
        raise NotSigned from error
    (one,) = found
    return _as_agreed(one.parameters)


def _as_agreed(parameters: Mapping[str, Any]) -> Signature:
    try:
        message_id = UUID(parameters["nonce"])
    except (KeyError, ValueError) as error:
        raise NotSigned from error
    if not parameters.keys() <= PARAMETERS or str(message_id) != parameters["nonce"]:
        raise NotSigned
    return Signature(parameters["keyid"], message_id, parameters["created"])
