"""Mail that a server refuses at once: what its answer says."""

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

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
