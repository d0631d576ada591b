"""What every channel can do. A new one is a module beside this one, and its name in `channels/__init__`."""

from typing import ClassVar, Protocol

from django.utils.functional import Promise

from mutualaid.notify.models import Attempt, Notification, Suppression
from mutualaid.notify.recipient import Recipient, reached_fingerprint
from mutualaid.notify.registry import Message


class PermanentFailure(Exception):
    """Nothing will ever arrive at this address: trying again is of no use."""


class DeliveryUncertain(Exception):
    """It may have gone out. Only a person can decide whether it is sent again."""


class Channel(Protocol):
    """One kind of way to reach people.

    `name` stands in `Attempt.channel`. `never_twice`: people would not recognise a copy as one, so an
    attempt is marked as uncertain before it is sent, and not made again by the clock.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    never_twice: ClassVar[bool]

    def address(self, recipient: Recipient) -> str:
        """Where the person has allowed us to write on this channel; "" for nowhere."""

    def places(self, row: Notification, recipient: Recipient) -> list[str]:
        """The `Attempt.reached` of each place at which this channel reaches them now."""
        address = self.address(recipient)
        return [reached_fingerprint(address, has_account=row.recipient_id is not None)]

    def send(self, attempt: Attempt, message: Message) -> Attempt.State:
        """Send it; returns the state that the attempt is in then.

        Raises `PermanentFailure` where nothing will ever arrive at this address, `DeliveryUncertain` where it
        may have gone out, and anything else where it certainly did not go out now.
        """

    def give_up(self, attempt: Attempt) -> None:
        """Write to this place no more, for nothing arrives there."""
        Suppression.add(self.name, attempt.reached, Suppression.Reason.BOUNCED)
