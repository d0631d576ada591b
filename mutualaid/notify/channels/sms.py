"""Text messages, through the gateway that `SMS_URL` names; without one the site sends none."""

from collections.abc import Callable
from typing import ClassVar, Protocol
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.channels.base import Channel
from mutualaid.notify.models import Attempt
from mutualaid.notify.recipient import Recipient, textable
from mutualaid.notify.registry import Message, kind_named
from mutualaid.notify.rendering.render import render_text_message

GATEWAYS = {
    "sink": "mutualaid.notify.channels.sms_sink.Sink",
    "twilio": "mutualaid.notify.channels.sms_twilio.Twilio",
    "twilio+http": "mutualaid.notify.channels.sms_twilio.Twilio",
    "android": "mutualaid.notify.channels.sms_android.AndroidPhone",
    "android+http": "mutualaid.notify.channels.sms_android.AndroidPhone",
}
"""By the scheme of `SMS_URL`."""


class Gateway(Protocol):
    """Something that can send a text message to a number such as "+15550100123"."""

    def __init__(self, url: SplitResult) -> None: ...

    def send(self, phone: str, text: str, *, message_id: str) -> None:
        """Send `text` to a number in E.164. Raises what `Channel.send` raises."""

    def read(self, request: HttpRequest) -> tuple[str, str] | None:
        """The phone and the text of a reply; None where this gateway did not sign the request."""


def gateway() -> Gateway | None:
    """The gateway of this site; None where the group sends no text messages."""
    url = urlsplit(settings.SMS_URL)
    if url.scheme not in GATEWAYS:
        return None
    build: Callable[[SplitResult], Gateway] = import_string(GATEWAYS[url.scheme])
    return build(url)


class Sms(Channel):
    name: ClassVar[str] = "sms"
    label: ClassVar[str | Promise] = _("Text message")
    never_twice: ClassVar[bool] = True

    def address(self, recipient: Recipient) -> str:
        return textable(recipient.phone) if recipient.texts and settings.SMS_URL else ""

    def send(self, attempt: Attempt, message: Message) -> Attempt.State:
        our_gateway = gateway()
        assert our_gateway, "an address is only given where there is a gateway"  # noqa: S101
        text = render_text_message(kind_named(attempt.notification.kind), message)
        our_gateway.send(self.address(message.recipient), text, message_id=attempt.message_id)
        return Attempt.State.SENT
