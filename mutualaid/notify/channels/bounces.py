"""Mail that a server refuses: what its answer means, and what became of others there."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

from django.db.models.functions import Now

from mutualaid.notify.channels.delivery_reports import Fate, fate_of_refusal
from mutualaid.notify.models import Attempt

PERMANENT = range(500, 600)
"""SMTP reply codes after which the same message must not be sent again in the same way (RFC 5321, 4.2.1)."""
FAILS_TOGETHER = timedelta(days=7)
"""An address that refuses two different messages within this time for good is closed, whatever it says."""
BOUNCED = "Bounced"
"""As the `error` of a message: refused for good, and it is not said why; or the address is gone."""
ERRORS = {
    Fate.COMPLAINED: "Complaint",
    Fate.LATE: "Late",
    Fate.UNDELIVERED: "Undelivered",
    Fate.FAILED: BOUNCED,
    Fate.GONE: BOUNCED,
}


class Bounced(Exception):
    """The mail server refused the message for good, and did not say why."""


def fate_of(error: SMTPRecipientsRefused | SMTPDataError) -> Fate:
    """What a mail server's refusal means, as `delivery_reports` reads it; LATE where it is not for good."""
    if _code(error) not in PERMANENT:
        return Fate.LATE
    return min(fate_of_refusal(said) for said in _words(error))


def is_permanent(error: Exception) -> bool:
    """Whether the mail server refused the address or the message for good.

    A refused sender or a wrong password is a mistake of ours, which someone may put right: that is worth
    another attempt.
    """
    refused = isinstance(error, SMTPDataError | SMTPRecipientsRefused)
    return isinstance(error, Bounced) or (refused and _code(error) in PERMANENT)


def is_out_of_reach(error: Exception) -> bool:
    """Whether no server answered, so that the next message fails as well."""
    reason = error.__cause__ or error
    has_answered = isinstance(reason, SMTPResponseException | SMTPRecipientsRefused)
    return isinstance(reason, OSError) and not has_answered


def name_of(error: Exception) -> str:
    """The kind of error and the server's reply code. Never its text, which may hold an address."""
    return f"{type(error).__name__} {_code(error.__cause__ or error) or ''}".strip()


def _code(error: BaseException) -> int:
    if isinstance(error, SMTPRecipientsRefused):
        return min((code for code, _text in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, SMTPResponseException) else 0


def _words(error: SMTPRecipientsRefused | SMTPDataError) -> list[str]:
    said: list[bytes | str] = (
        [text for _code, text in error.recipients.values()]
        if isinstance(error, SMTPRecipientsRefused)
        else [error.smtp_error]
    )
    return [
        text.decode("ascii", errors="replace") if isinstance(text, bytes) else text for text in said
    ]


def has_bounced_before(attempt: Attempt) -> bool:
    """Whether another message was refused there within `FAILS_TOGETHER`, by the database's clock."""
    there = Attempt.objects.filter(channel=attempt.channel, reached=attempt.reached)
    others = there.exclude(notification=attempt.notification_id)
    lately = others.filter(began_at__gt=Now() - FAILS_TOGETHER)
    return lately.filter(state=Attempt.State.FAILED, error__startswith=BOUNCED).exists()
