"""A phone with the group's own SIM, through SMS Gateway for Android.

SMS_URL=android://NAME:PASSWORD@api.sms-gate.app/3rdparty/v1?key=SIGNING-KEY (its own server), or
android+http://NAME:PASSWORD@192.168.1.10:8080?key=SIGNING-KEY (the phone in the same network).
https://docs.sms-gate.app/features/sending-messages/ and …/features/webhooks/
"""

import hmac
import time
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from mutualaid.boundary.incoming import read_json
from mutualaid.boundary.outbound import named_endpoint
from mutualaid.notify.channels.http_gateway import as_json, basic_auth, post_once

FRESH_SECONDS = 300
"""How old a signed request may be; an older one may be repeated by someone who listened."""


class AndroidPhone:
    """Raises `NotAllowed` where `SMS_URL` is no address."""

    def __init__(self, url: SplitResult) -> None:
        self.login = unquote(url.username or ""), unquote(url.password or "")
        self.key = parse_qs(url.query).get("key", [""])[0]
        scheme = "http" if url.scheme.endswith("+http") else "https"
        host = url.netloc.rpartition("@")[2]
        self.messages = named_endpoint(f"{scheme}://{host}{url.path.rstrip('/')}/messages")

    def send(self, phone: str, text: str, *, message_id: str) -> None:
        message = {"id": message_id, "textMessage": {"text": text}, "phoneNumbers": [phone]}
        body, headers = as_json(message)
        post_once(self.messages, body, headers | basic_auth(*self.login))

    def read(self, request: HttpRequest) -> tuple[str, str] | None:
        """The signature is an HMAC over the body and the time, in seconds since 1970."""
        at = request.headers.get("X-Timestamp", "")
        mac = hmac.new(self.key.encode(), request.body + at.encode(), "sha256").hexdigest()
        signature = request.headers.get("X-Signature", "")
        is_ours = hmac.compare_digest(mac.encode(), signature.encode())
        if not self.key or not is_ours or not _is_fresh(at):
            return None
        return _phone_and_text(request.body)


def _is_fresh(at: str) -> bool:
    return at.isdecimal() and abs(time.time() - int(at)) < FRESH_SECONDS


def _phone_and_text(body: bytes) -> tuple[str, str]:
    """("", "") for any other event than a received message."""
    try:
        event: Any = read_json(body)
        payload = event["payload"] if event["event"] == "sms:received" else {}
        phone = payload.get("sender") or payload.get("phoneNumber") or ""
        return str(phone), str(payload.get("message") or "")
    except (BadRequest, TypeError, KeyError, AttributeError):
        return "", ""
