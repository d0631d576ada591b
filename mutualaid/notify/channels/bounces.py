"""Mail that does not arrive: by the server's answer at once, or by a report that comes back later."""

from datetime import timedelta
from functools import partial
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from mutualaid.encryption.fingerprints import veil
from mutualaid.notify.channels.delivery_reports import Fate, Report, fate_of_refusal
from mutualaid.notify.links.unsubscribe import Unsubscription, unsubscribe
from mutualaid.notify.models import Notification, Suppression
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.notify.registry import Group, kind_named

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
MAY_HAVE_ARRIVED = (Notification.State.SENT, Notification.State.UNCERTAIN)


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


def give_up_address(row: Notification) -> None:
    """Suppress the contact point that this message went to: nothing arrives there."""
    Suppression.add(row.channel, row.reached, Suppression.Reason.BOUNCED)


def has_bounced_before(row: Notification) -> bool:
    """Whether another message was refused there within `FAILS_TOGETHER`, by the database's clock."""
    others = Notification.objects.filter(channel=row.channel, reached=row.reached).exclude(
        pk=row.pk
    )
    lately = others.filter(created_at__gt=Now() - FAILS_TOGETHER)
    return lately.filter(state=Notification.State.FAILED, error__startswith=BOUNCED).exists()


def note_report(report: Report) -> bool:
    """Write to the messages that it names what became of them; returns whether that changed anything.

    Each is noted once: the same report again, or one that comes after the message was sent anew, told or
    given up, changes nothing.
    """
    rows = Notification.objects.filter(message_id__in=report.message_ids).exclude(reached="")
    noted = [_note(row, report.fate_at(partial(_went_to, row))) for row in rows]
    return any(noted)


def _went_to(row: Notification, address: str) -> bool:
    fingerprint = address_fingerprint(address)
    return row.reached in (fingerprint, veil(fingerprint))


@transaction.atomic
def _note(row: Notification, fate: Fate) -> bool:
    out = Notification.objects.filter(pk=row.pk, state__in=MAY_HAVE_ARRIVED)
    if fate is Fate.COMPLAINED:
        return _note_complaint(row, out)
    if fate is Fate.ARRIVED:
        return False
    if fate is Fate.LATE:
        return bool(out.filter(error="").update(error=ERRORS[fate]))
    if not out.update(state=Notification.State.FAILED, sent_at=None, error=ERRORS[fate]):
        return False
    if fate is Fate.GONE or (fate is Fate.FAILED and has_bounced_before(row)):
        give_up_address(row)
    return True


def _note_complaint(row: Notification, out: QuerySet[Notification]) -> bool:
    """Send no more of this kind there. Codes are left, for their owner asks for each of them."""
    error, group = ERRORS[Fate.COMPLAINED], kind_named(row.kind).group
    if not out.exclude(error=error).update(error=error):
        return False
    if group != Group.SIGN_IN:
        unsubscribe(Unsubscription(group, row.channel, row.recipient_id, row.reached))
    return True
