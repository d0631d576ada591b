"""What every channel can do. A new one is a module beside this one, and its name in `channels/__init__`."""

from typing import ClassVar, Protocol

from django.utils.functional import Promise

from mutualaid.notify.models import Notification
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message


class PermanentFailure(Exception):
    """Nothing will ever arrive at this address: trying again is of no use."""


class DeliveryUncertain(Exception):
    """It may have gone out. Only a person can decide whether it is sent again."""


class Channel(Protocol):
    """One way of reaching people.

    `name` stands in `Notification.channel`. `never_twice`: people would not recognise a copy as one, so a
    message is marked as uncertain before it is sent, and not sent again by the clock.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    never_twice: ClassVar[bool]

    def address(self, recipient: Recipient) -> str:
        """Where the person has allowed us to write on this channel; "" for nowhere."""

    def send(self, row: Notification, message: Message) -> Notification.State:
        """Send it; returns the state that it is in then.

        Raises `PermanentFailure` where nothing will ever arrive at this address, `DeliveryUncertain` where it
        may have gone out, and anything else where it certainly did not go out now.
        """
