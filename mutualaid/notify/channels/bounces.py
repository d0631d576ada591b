"""Noticing that nothing arrives at an address, at once or by a mail that comes back later."""

from email import message_from_bytes, message_from_string
from email.message import Message

from mutualaid.notify.models import Notification, Suppression

GONE = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
"""Enhanced status codes, RFC 3463: no such address, or switched off. Others may be our own mistake."""


def is_gone(status: str) -> bool:
    """Whether words that begin with a status say that nothing will ever arrive there."""
    return bool(GONE & set(status.split()[:1]))


def give_up_address(row: Notification) -> None:
    """Write nothing more to where this message went."""
    Suppression.add(row.channel, row.reached, Suppression.Reason.BOUNCED)


def read_bounce(written: bytes) -> bool:
    """Read a mail that the mail system sent back; True when it says that something did not arrive.

    Where the address is gone for good, nothing more is written to it. The mail is a report as in
    RFC 3464: each part names an action and a status, and what could not be delivered is attached,
    with the Message-ID under which it stands in the outbox.
    """
    mail = message_from_bytes(written)
    failures = [part for part in mail.walk() if _has_failed(part)]
    if not failures:
        return False
    ids = [_id_of(part) for part in mail.walk() if part is not mail]
    rows = Notification.objects.filter(message_id__in=filter(None, ids)).exclude(reached="")
    if any(is_gone(str(part["Status"])) for part in failures):
        for row in rows:
            give_up_address(row)
    rows.update(state=Notification.State.FAILED, sent_at=None, error="Bounced")
    return True


def _has_failed(part: Message) -> bool:
    return (part["Action"] or "").lower() == "failed" and (part["Status"] or "").startswith("5.")


def _id_of(part: Message) -> str:
    """The Message-ID of an attached mail, or of its headers where only those are attached."""
    if part.get_content_type() == "text/rfc822-headers":
        part = message_from_string(str(part.get_payload()))
    return str(part["Message-ID"] or "").strip()
