"""Web push: a neutral line on a device whose owner has asked for it. RFC 8030, 8291 and 8292.

The two libraries are what pywebpush is made of, without its second HTTP client. The server's key
follows from SECRET_KEY: with another one, devices have to be added again.
"""

import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from email.utils import parseaddr
from functools import cache
from typing import Any, ClassVar
from urllib.parse import urlsplit

import http_ece
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from py_vapid import Vapid02

from mutualaid.notify.channels.base import DeliveryUncertain, PermanentFailure
from mutualaid.notify.channels.http_gateway import TemporaryFailure, post_once
from mutualaid.notify.models import Device, Notification
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message, kind_named
from mutualaid.notify.rendering.render import render_line

DAY_SECONDS = 86_400
"""How long the maker of the browser keeps it for a device that is off."""
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Push:
    name: ClassVar[str] = "push"
    label: ClassVar[str | Promise] = _("Notice on your devices")
    never_twice: ClassVar[bool] = False  # a copy takes the place of the first, by its tag

    def address(self, recipient: Recipient) -> str:
        return recipient.devices

    def send(self, row: Notification, message: Message) -> Notification.State:
        """To every device; it is sent when one of them took it."""
        title, url = render_line(kind_named(row.kind), message)
        payload = json.dumps({"title": title, "url": url, "tag": str(row.pk)}).encode()
        taken = [_wake(device, payload) for device in Device.objects.filter(user=row.recipient)]
        return Notification.State.SENT if any(taken) else Notification.State.CANCELLED


def is_known_maker(endpoint: str) -> bool:
    """Whether it is an address at a maker of browsers: we must not be sent anywhere else."""
    url = urlsplit(endpoint)
    host = url.hostname or ""
    return url.scheme == "https" and any(
        host == maker or host.endswith(f".{maker}") for maker in settings.PUSH_HOSTS
    )


def public_key() -> str:
    """What a browser must know to take messages from this site alone."""
    point = _key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")


def _wake(device: Device, message: bytes) -> bool:
    """False where the device is gone; then it is forgotten."""
    body = http_ece.encrypt(
        message,
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes(device.p256dh),
        auth_secret=_bytes(device.auth),
    )
    headers = {"TTL": str(DAY_SECONDS), "Content-Encoding": "aes128gcm", **_signed(device)}
    try:
        post_once(device.endpoint, is_gone=_is_gone, data=body, headers=headers)
    except PermanentFailure:
        device.delete()
        return False
    except (
        DeliveryUncertain
    ) as error:  # sent again all the same: a copy takes the place of the first
        raise TemporaryFailure from error
    return True


def _signed(device: Device) -> dict[str, str]:
    url = urlsplit(device.endpoint)
    claims = {
        "aud": f"{url.scheme}://{url.netloc}",
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


def _bytes(encoded: str) -> bytes:
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def _is_gone(answer: requests.Response) -> bool:
    return answer.status_code in (404, 410)
