"""Web push: a neutral line on a device whose owner has asked for it (RFC 8030, 8291 and 8292).

http_ece and py_vapid are what pywebpush is made of, without its second HTTP client. The server's key is
derived from SECRET_KEY: with another one, devices have to be added again.
"""

import json
import os
import time
from base64 import b64decode, urlsafe_b64encode
from email.utils import parseaddr
from functools import cache
from typing import Any, ClassVar, TypedDict

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from py_vapid import Vapid02

from mutualaid.boundary.outbound import Answer, Endpoint, NotAllowed, public_endpoint
from mutualaid.notify.channels.base import Channel, DeliveryUncertain, PermanentFailure
from mutualaid.notify.channels.http_gateway import TemporaryFailure, post_once
from mutualaid.notify.models import Attempt, Device, Notification
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message, kind_named
from mutualaid.notify.rendering.render import render_line

DAY_SECONDS = 86_400
"""How long the maker of the browser keeps a message for a device that is off."""
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the curve P-256 (FIPS 186-4, D.1.2.3): private keys are numbers below it."""

POINT_BYTES, AUTH_BYTES = 65, 16
"""Of an uncompressed point of P-256, and of the secret that is shared with the browser (RFC 8291)."""


class PushSubscription(TypedDict):
    """How a browser wants to be written to: an address at its maker, and two keys in base64url."""

    endpoint: str
    p256dh: str
    auth: str


class Push(Channel):
    name: ClassVar[str] = "push"
    label: ClassVar[str | Promise] = _("Notice on your devices")
    never_twice: ClassVar[bool] = False  # a copy takes the place of the first, by its tag

    def address(self, recipient: Recipient) -> str:
        return recipient.devices

    def places(self, row: Notification, recipient: Recipient) -> list[str]:
        """Each device of the person."""
        devices = Device.objects.filter(user=row.recipient_id).order_by("-pk")
        return list(devices.values_list("fingerprint", flat=True))

    def send(self, attempt: Attempt, message: Message) -> Attempt.State:
        """Send to one device. Raises `PermanentFailure` where it is gone, or of no maker that we know today,
        and `TemporaryFailure` where its maker takes nothing now, or gave no clear answer.
        """
        row = attempt.notification
        device = Device.objects.filter(user=row.recipient_id, fingerprint=attempt.reached).first()
        if device is None:
            raise PermanentFailure
        title, url = render_line(kind_named(row.kind), message)
        payload = json.dumps({"title": title, "url": url, "tag": str(row.pk)}).encode()
        try:
            _post(_endpoint(device.endpoint), device, payload)
        except NotAllowed as error:
            raise PermanentFailure from error
        except DeliveryUncertain as error:
            # It may be sent again all the same, for a copy takes the place of the first.
            raise TemporaryFailure from error
        return Attempt.State.SENT

    def give_up(self, attempt: Attempt) -> None:
        """Forget the device; its owner may add it again."""
        Device.objects.filter(fingerprint=attempt.reached).delete()


def checked(subscription: PushSubscription) -> PushSubscription | None:
    """Return it rebuilt from its parts; None where no browser of a maker in `PUSH_HOSTS` gives such a one.

    No one may make this server call others, nor encrypt for a key that gives another away: the endpoint
    is read as it will be connected to, the first key is a point on the curve P-256, the second 16 bytes.
    """
    try:
        endpoint = _endpoint(subscription["endpoint"])
        point, auth = _decoded(subscription["p256dh"]), _decoded(subscription["auth"])
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (NotAllowed, ValueError):
        return None
    if len(point) != POINT_BYTES or len(auth) != AUTH_BYTES:
        return None
    return PushSubscription(endpoint=endpoint.url, p256dh=_encoded(point), auth=_encoded(auth))


def public_key() -> str:
    """The public key by which a browser takes messages from this site alone, in base64url."""
    point = _key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _encoded(point)


def _post(endpoint: Endpoint, device: Device, payload: bytes) -> None:
    body = http_ece.encrypt(
        payload,
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_decoded(device.p256dh),
        auth_secret=_decoded(device.auth),
    )
    headers = {"TTL": str(DAY_SECONDS), "Content-Encoding": "aes128gcm", **_signed(endpoint)}
    post_once(endpoint, body, headers, is_gone=_is_gone)


def _endpoint(url: str) -> Endpoint:
    return public_endpoint(url, settings.PUSH_HOSTS)


def _signed(endpoint: Endpoint) -> dict[str, str]:
    """The header by which the maker knows this site (RFC 8292); valid for half a day."""
    claims = {
        "aud": endpoint.origin,
        "exp": int(time.time()) + DAY_SECONDS // 2,
        "sub": "mailto:" + parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    }
    signer: Any = Vapid02()
    signer.private_key = _key()
    signed: dict[str, str] = signer.sign(claims)
    return signed


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    number = int(salted_hmac("notify.push", "", algorithm="sha512").hexdigest(), 16)
    return ec.derive_private_key(1 + number % (ORDER_OF_P256 - 1), ec.SECP256R1())


def _decoded(encoded: str) -> bytes:
    """Raises `ValueError` where it is not base64url."""
    return b64decode(
        encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4), b"-_", validate=True
    )


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _is_gone(answer: Answer) -> bool:
    """Gone (404, 410), or no message of ours is taken there: keys that fit no more, or another site's."""
    return answer.status in (400, 401, 403, 404, 410)
