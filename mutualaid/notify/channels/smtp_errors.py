"""What a mail server means by a refusal: try again later, or never."""

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

PERMANENT = range(500, 600)
"""RFC 5321, 4.2.1: the same message must not be sent again in the same way."""


def is_permanent(error: Exception) -> bool:
    """Whether the address or the message was refused for good.

    A refused sender or a wrong password is a mistake of ours, which somebody can put right
    meanwhile: that is worth another try.
    """
    return isinstance(error, SMTPDataError | SMTPRecipientsRefused) and _code(error) in PERMANENT


def name_of(error: Exception) -> str:
    """The kind of error and the server's number. Never its words, which may hold an address."""
    return f"{type(error).__name__} {_code(error) or ''}".strip()


def _code(error: Exception) -> int:
    if isinstance(error, SMTPRecipientsRefused):
        return min((code for code, _words in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, SMTPResponseException) else 0
