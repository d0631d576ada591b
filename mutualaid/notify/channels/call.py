"""The call list: a coordinator rings a person whom no other channel reaches, and ticks it off (ADR 18)."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.models import Notification
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message


class Call:
    name: ClassVar[str] = "call"
    label: ClassVar[str | Promise] = _("Phone call by a coordinator")
    never_twice: ClassVar[bool] = False

    def address(self, recipient: Recipient) -> str:
        return recipient.phone

    def send(self, row: Notification, message: Message) -> Notification.State:
        return Notification.State.TO_CALL
