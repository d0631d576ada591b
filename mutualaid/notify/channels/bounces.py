"""Mail that does not arrive: by the server's answer at once, or by a report that comes back later."""

from email import message_from_bytes, message_from_string
from email.message import Message
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

from mutualaid.notify.models import Notification, Suppression

GONE = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
"""Enhanced status codes (RFC 3463): no such address, or switched off. Others may be our own mistake."""
PERMANENT = range(500, 600)
"""SMTP reply codes after which the same message must not be sent again in the same way (RFC 5321, 4.2.1)."""


def is_gone(status: str) -> bool:
    """Whether text that begins with an enhanced status code says that nothing will ever arrive there."""
    return bool(GONE & set(status.split()[:1]))


def is_permanent(error: Exception) -> bool:
    """Whether the mail server refused the address or the message for good.

    A refused sender or a wrong password is a mistake of ours, which someone may put right: that is worth
    another attempt.
    """
    return isinstance(error, SMTPDataError | SMTPRecipientsRefused) and _code(error) in PERMANENT


def name_of(error: Exception) -> str:
    """The kind of error and the server's reply code. Never its text, which may hold an address."""
    return f"{type(error).__name__} {_code(error) or ''}".strip()


def _code(error: Exception) -> int:
    if isinstance(error, SMTPRecipientsRefused):
        return min((code for code, _text in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, SMTPResponseException) else 0


def give_up_address(row: Notification) -> None:
    """Suppress the contact point that this message went to: nothing arrives there."""
    Suppression.add(row.channel, row.reached, Suppression.Reason.BOUNCED)


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
