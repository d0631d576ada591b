"""Twilio's HTTP API: SMS_URL=twilio://ACCOUNT:TOKEN@api.twilio.com/+15550100

https://www.twilio.com/docs/messaging/api/message-resource and …/docs/usage/security
"""

import hmac
from base64 import b64encode
from urllib.parse import SplitResult, unquote, urlencode

from django.conf import settings
from django.http import HttpRequest

from mutualaid.boundary.outbound import Answer, named_endpoint
from mutualaid.notify.channels.http_gateway import basic_auth, json_of, post_once

GONE = {21211, 21610, 21614}
"""Error codes for: not a number, its owner told Twilio to stop, not a mobile phone.

Others may be our own mistake.

https://www.twilio.com/docs/api/errors
"""


class Twilio:
    """Raises `NotAllowed` where `SMS_URL` is no address."""

    def __init__(self, url: SplitResult) -> None:
        self.account, self.token = unquote(url.username or ""), unquote(url.password or "")
        self.sender = url.path.strip("/")
        scheme = "http" if url.scheme.endswith("+http") else "https"
        host = url.netloc.rpartition("@")[2]
        messages = f"{scheme}://{host}/2010-04-01/Accounts/{self.account}/Messages.json"
        self.messages = named_endpoint(messages)

    def send(self, phone: str, text: str, *, message_id: str) -> None:
        form = urlencode({"To": phone, "From": self.sender, "Body": text}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        headers |= basic_auth(self.account, self.token)
        post_once(self.messages, form, headers, is_gone=_is_gone)

    def read(self, request: HttpRequest) -> tuple[str, str] | None:
        """The signature is an HMAC over the URL and all fields in the order of their names."""
        signed = settings.SITE_URL + request.path
        signed += "".join(f"{name}{value}" for name, value in sorted(request.POST.items()))
        mac = hmac.digest(self.token.encode(), signed.encode(), "sha1")
        signature = request.headers.get("X-Twilio-Signature", "")
        if not self.token or not hmac.compare_digest(b64encode(mac), signature.encode()):
            return None
        return request.POST.get("From", ""), request.POST.get("Body", "")


def _is_gone(answer: Answer) -> bool:
    told = json_of(answer)
    codes = [code for name in ("code", "error_code") if isinstance(code := told.get(name), int)]
    return answer.status <= 400 and bool(GONE & set(codes))
