"""The call list: a coordinator rings a person whom no other channel reaches, and ticks it off (ADR 18)."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.channels.base import Channel
from mutualaid.notify.models import Attempt
from mutualaid.notify.models.call import CALL
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message


class Call(Channel):
    name: ClassVar[str] = CALL
    label: ClassVar[str | Promise] = _("Phone call by a coordinator")
    never_twice: ClassVar[bool] = False

    def address(self, recipient: Recipient) -> str:
        return recipient.phone

    def send(self, attempt: Attempt, message: Message) -> Attempt.State:
        return Attempt.State.TRYING
