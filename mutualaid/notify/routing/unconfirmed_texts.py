"""Text messages to numbers that no one has confirmed: few, for each may wake a stranger (ADR 47)."""

from datetime import datetime

from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.models import Notification
from mutualaid.notify.recipient import Recipient, address_fingerprint, reached_fingerprint
from mutualaid.people.ratelimit import DAY, SITE, Limit
from mutualaid.policy.current import current_policy

ONE_A_DAY = Limit("text-number", 1, DAY)
NEARLY = 0.8
"""Of the texts of a day: from then on coordinators see how many are left. Assumed, not measured."""


def wait_until(row: Notification, recipient: Recipient) -> datetime | None:
    """Count a text message that is about to be sent; None where it may go, else when the next one may.

    What was counted at an earlier try, which the gateway could not take, is not counted again.
    """
    address = Sms().address(recipient)
    number = address_fingerprint(address)
    reached = reached_fingerprint(address, has_account=row.recipient_id is not None)
    if row.attempts.filter(channel=Sms.name, reached=reached).exists():
        return None
    return ONE_A_DAY.exceeded_until(number) or _texts_of_the_day().exceeded_until(SITE)


def nearly_used_up() -> tuple[int, int] | None:
    """How many texts of this day were sent, and of how many; None while there are enough."""
    limit = _texts_of_the_day()
    used = limit.used(SITE)
    return (used, limit.most) if used >= NEARLY * limit.most else None


def _texts_of_the_day() -> Limit:
    return Limit("text-site", current_policy().texts_per_day, DAY)
