"""What comes back later: a report that a message did not arrive, and the way that is taken then."""

from email import message_from_bytes, message_from_string
from email.message import Message

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.celery import enqueue_on_commit
from mutualaid.notify.channels.bounces import is_gone
from mutualaid.notify.models import Attempt, Notification, Suppression
from mutualaid.notify.tasks import deliver


def read_bounce(written: bytes) -> bool:
    """Read a mail that the mail system sent back; True when it reports that something did not arrive.

    The messages it names are marked as failed; an address that is gone for good is suppressed. The mail is
    a report as in RFC 3464: each part names an action and a status, and what could not be delivered is
    attached, with the Message-ID under which it stands in the outbox.
    """
    mail = message_from_bytes(written)
    failures = [part for part in mail.walk() if _has_failed(part)]
    if not failures:
        return False
    ids = [_id_of(part) for part in mail.walk() if part is not mail]
    came_back = Attempt.objects.filter(message_id__in=filter(None, ids))
    if any(is_gone(str(part["Status"])) for part in failures):
        for attempt in came_back:
            Suppression.add(attempt.channel, attempt.reached, Suppression.Reason.BOUNCED)
    for attempt in came_back:
        take_next_way(attempt, error="Bounced")
    return True


def _has_failed(part: Message) -> bool:
    return (part["Action"] or "").lower() == "failed" and (part["Status"] or "").startswith("5.")


def _id_of(part: Message) -> str:
    """The Message-ID of an attached mail, or of its headers where only those are attached."""
    if part.get_content_type() == "text/rfc822-headers":
        part = message_from_string(str(part.get_payload()))
    return str(part["Message-ID"] or "").strip()


@transaction.atomic
def take_next_way(attempt: Attempt, *, error: str) -> None:
    """Write that this way has failed after all, and let the message go on by the next one.

    Told twice of it, or where another way took the message meanwhile, it changes nothing more.
    """
    may_have_arrived = Attempt.objects.filter(pk=attempt.pk).exclude(state=Attempt.State.FAILED)
    if not may_have_arrived.update(state=Attempt.State.FAILED, failed_at=Now(), error=error):
        return
    arrived = Attempt.objects.filter(notification=attempt.notification_id, state=Attempt.State.SENT)
    if arrived.exists():
        return
    over = (Notification.State.SENT, Notification.State.UNCERTAIN)
    row = Notification.objects.filter(pk=attempt.notification_id, state__in=over)
    waits = row.update(
        state=Notification.State.WAITING, sent_at=None, due_at=Now(), tries=0, error=error
    )
    if waits:
        enqueue_on_commit(deliver, attempt.notification_id)
