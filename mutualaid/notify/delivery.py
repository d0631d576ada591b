"""Sending what is due: take a lease, compose, send, mark. Each step may fail; the row stays true."""

import logging
import random
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models.functions import Now
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from mutualaid.notify.kinds import Letter, compose
from mutualaid.notify.models import Notification
from mutualaid.notify.refusals import is_for_good, name_of

FIRST_WAIT = 10.0
"""Seconds at most between the first two tries; it doubles from try to try."""
MOST_ATTEMPTS = 13
"""About half a day of tries, then a coordinator sees it in the admin."""

log = logging.getLogger(__name__)


def deliver_one(pk: int) -> bool:
    """Send the message `pk` if it is due and free; returns whether it went out."""
    row = Notification.objects.take(pk)
    if row is None:
        return False
    try:
        letter = compose(row.kind, row.about_id)
        if letter is None:
            _settle(row, state=Notification.State.CANCELLED)
            return False
        _send(row, letter)
    except Exception as error:  # whatever it was, the next message must not wait for this one
        _put_off(row, error)
        return False
    _settle(row, state=Notification.State.SENT, sent_at=Now())
    return True


def _send(row: Notification, letter: Letter) -> None:
    words = get_template(f"notify/{row.kind}.txt").template  # type: ignore[attr-defined]
    with translation.override(letter.language or settings.LANGUAGE_CODE):
        text = words.render(Context(letter.context, autoescape=False))
    subject, _, body = text.strip().partition("\n")
    headers = {"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"}
    EmailMessage(subject.strip(), body.strip() + "\n", to=[letter.to], headers=headers).send()


def _settle(row: Notification, **fields: object) -> None:
    """What was sent is sent, whoever has the row by now; all else only who has it may say."""
    ours = {} if fields["state"] == Notification.State.SENT else {"attempts": row.attempts}
    waiting = Notification.objects.filter(pk=row.pk, state=Notification.State.WAITING, **ours)
    waiting.update(lease_until=None, **fields)


def _put_off(row: Notification, error: Exception) -> None:
    given_up = row.attempts >= MOST_ATTEMPTS or is_for_good(error)
    name = name_of(error)
    log.error("message not sent", extra={"kind": row.kind, "error": name}, exc_info=True)
    _settle(
        row,
        state=Notification.State.FAILED if given_up else Notification.State.WAITING,
        due_at=Now() + _wait_after(row.attempts),
        error=name,
    )


def _wait_after(attempts: int) -> timedelta:
    """Longer each time, and not the same for all who failed together."""
    longest = FIRST_WAIT * 2 ** (attempts - 1)
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311  no secret
