"""Which action takes up which message: a small registry, filled by the modules of `actions` as they load."""

from collections.abc import Callable
from typing import Any, TypeVar

from mutualaid.partners.messages import Message
from mutualaid.partners.models import OutgoingMessage, Partner

M = TypeVar("M", bound=Message)
Receive = Callable[[Partner, Any], None]
Receiver = Callable[[Partner, M], None]
Settle = Callable[[OutgoingMessage], None]


class NotBetweenUs(Exception):
    """What the message is about is nothing between these two: it is answered with 404."""


class NotPossible(Exception):
    """The message can be read, and does not hold: it is answered with 422, and `str()` says why in a word.

    `note` is called once nothing of the handler's stands any more, in the transaction that keeps the answer.
    """

    def __init__(self, why: str, *, note: Callable[[], object] | None = None) -> None:
        super().__init__(why)
        self.note = note


_receivers: dict[str, tuple[type[Message], Receive]] = {}
_settlers: dict[str, Settle] = {}


def receives(message_class: type[M]) -> Callable[[Receiver[M]], Receiver[M]]:
    """Let a function take up messages of this class, in the transaction in which they are noted.

    It is short: no mail, no matching, no call to another site. What takes longer it leaves due in a row, for
    the sweep. It may raise `NotBetweenUs` and `NotPossible`; then nothing it wrote stays. The same message
    never reaches it twice, but an older state may come after a newer one.
    """

    def add(function: Receiver[M]) -> Receiver[M]:
        _receivers[message_class.kind] = (message_class, function)
        return function

    return add


def settles(message_class: type[Message]) -> Callable[[Settle], Settle]:
    """Let a function hear what became of a message of this class that we sent: its `state` and `status`.

    Called in the transaction that settles it as sent, refused or given up.
    """

    def add(function: Settle) -> Settle:
        _settlers[message_class.kind] = function
        return function

    return add


def receiver_of(kind: str) -> tuple[type[Message], Receive] | None:
    """Return the class of messages of this kind and who takes them up; None for a kind that no one knows."""
    return _receivers.get(kind)


def settled(message: OutgoingMessage) -> None:
    """Tell who sent it what became of a message."""
    if settle := _settlers.get(message.kind):
        settle(message)
