"""What every channel can do. A new one is one file beside this, and its name in `channels/__init__`."""

from typing import ClassVar, Protocol

from django.utils.functional import Promise

from mutualaid.notify.models import Notification
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message


class PermanentFailure(Exception):
    """It will never go out to this address: trying again is of no use."""


class DeliveryUncertain(Exception):
    """It may have gone out. Only a person can decide whether it is sent again."""


class Channel(Protocol):
    """`never_twice`: a copy cannot be told as a copy, so a message is marked before it is sent."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    never_twice: ClassVar[bool]

    def address(self, recipient: Recipient) -> str:
        """Where the person has allowed us to write on this channel, or "" for nowhere."""

    def send(self, row: Notification, message: Message) -> Notification.State:
        """Send it, and return the state that it is in then.

        Raises `PermanentFailure`, `DeliveryUncertain`, or anything else when it certainly did not go out now.
        """
