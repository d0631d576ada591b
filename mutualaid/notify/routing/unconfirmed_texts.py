"""Text messages to numbers that no one has confirmed: few, for each may wake a stranger (ADR 47)."""

from datetime import datetime

from mutualaid.notify.channels.call import Call
from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.models import Notification
from mutualaid.notify.recipient import Recipient, address_fingerprint, reached_fingerprint
from mutualaid.notify.registry import Kind
from mutualaid.people.ratelimit import DAY, SITE, Limit
from mutualaid.policy.current import current_policy

ONE_A_DAY = Limit("text-number", 1, DAY)
NEARLY = 0.8
"""Of the texts of a day: from then on coordinators see how many are left. Assumed, not measured."""


def wait_until(row: Notification, recipient: Recipient) -> datetime | None:
    """Count a text message that is about to be sent; None where it may go, else when the next one may.

    What was counted at an earlier attempt, which the gateway could not take, is not counted again.
    """
    address = Sms().address(recipient)
    number = address_fingerprint(address)
    if row.reached == reached_fingerprint(address, has_account=row.recipient_id is not None):
        return None
    return ONE_A_DAY.exceeded_until(number) or _texts_of_the_day().exceeded_until(SITE)


def other_channel(kind: Kind, recipient: Recipient, channels: list[str]) -> str:
    """Where the message goes instead: another channel that is open, or the call list; "" for none."""
    others = [name for name in channels if name != Sms.name]
    return next(iter(others), Call.name if kind.by_phone and recipient.calls else "")


def is_called_instead(kind: Kind, recipient: Recipient, channels: list[str]) -> bool:
    """Whether a message may stay on the call list though a text could be sent some other day."""
    is_for_text = channels == [Sms.name] and not recipient.phone_confirmed
    return is_for_text and other_channel(kind, recipient, channels) == Call.name


def nearly_used_up() -> tuple[int, int] | None:
    """How many texts of this day were sent, and of how many; None while there are enough."""
    limit = _texts_of_the_day()
    used = limit.used(SITE)
    return (used, limit.most) if used >= NEARLY * limit.most else None


def _texts_of_the_day() -> Limit:
    return Limit("text-site", current_policy().texts_per_day, DAY)
