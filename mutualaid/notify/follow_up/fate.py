"""What came of messages, in words: by which ways they went, what came back, what is wrong with a way now."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mutualaid.notify.channels import CHANNELS
from mutualaid.notify.channels.bounces import ERRORS
from mutualaid.notify.channels.delivery_reports import Fate
from mutualaid.notify.channels.mail import Mail
from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.models import STUCK, Attempt, Notification
from mutualaid.notify.recipient import Recipient, reached_fingerprint

SAID_TO_BE_LATE_AFTER = timedelta(days=7)
NOT_HEARD = (*STUCK, Notification.State.TO_CALL)


class SentLine(NamedTuple):
    """One message: when it was written, what it was, each way and how it stands, whether no one heard it."""

    at: datetime
    what: str
    ways: list[str]
    is_unheard: bool


class Trouble(NamedTuple):
    """A way that is open and works badly: its last message did not arrive, or is late since `day`."""

    way: str
    day: datetime
    is_late: bool


def sent_lines(rows: Collection[Notification]) -> list[SentLine]:
    """What to show of messages with their attempts, in their order."""
    return [
        SentLine(
            row.created_at,
            str(capfirst(row.label)),
            [fate_of(attempt) for attempt in row.attempts.all()] or [row.get_state_display()],
            row.state in NOT_HEARD,
        )
        for row in rows
    ]


def fate_of(attempt: Attempt) -> str:
    """One way and how it stands, such as "E-mail: did not arrive"."""
    way = CHANNELS[attempt.channel].label if attempt.channel in CHANNELS else attempt.channel
    return _("%(way)s: %(state)s") % {"way": way, "state": attempt.get_state_display()}


def troubles(
    rows: Collection[Notification], recipient: Recipient, *, has_account: bool
) -> list[Trouble]:
    """What is wrong with the e-mail and the phone that someone has now, by their messages, newest first."""
    found = list[Trouble]()
    for name in (Mail.name, Sms.name):
        channel = CHANNELS[name]
        reached = reached_fingerprint(channel.address(recipient), has_account=has_account)
        way = (name, reached)
        last = next(
            (
                one
                for row in rows
                for one in row.attempts.all()
                if (one.channel, one.reached) == way
            ),
            None,
        )
        if last is None or not reached:
            continue
        if last.state == Attempt.State.FAILED:
            found.append(Trouble(str(channel.label), last.began_at, is_late=False))
        elif (
            last.error == ERRORS[Fate.LATE]
            and last.began_at < timezone.now() - SAID_TO_BE_LATE_AFTER
        ):
            found.append(Trouble(str(channel.label), last.began_at, is_late=True))
    return found
