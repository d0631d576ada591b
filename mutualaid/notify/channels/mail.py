"""E-mail, through the backend that Django's settings name."""

from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import ClassVar

from django.core.mail import EmailMultiAlternatives
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.group.current import current_group
from mutualaid.notify.channels.base import Channel, PermanentFailure
from mutualaid.notify.channels.bounces import Bounced, fate_of, has_bounced_before
from mutualaid.notify.channels.delivery_reports import Fate
from mutualaid.notify.links.unsubscribe import unsubscribe_url
from mutualaid.notify.models import Attempt
from mutualaid.notify.recipient import Recipient, address_fingerprint
from mutualaid.notify.registry import Message, kind_named
from mutualaid.notify.rendering.render import render_message


class Mail(Channel):
    name: ClassVar[str] = "email"
    label: ClassVar[str | Promise] = _("E-mail")
    never_twice: ClassVar[bool] = False

    def address(self, recipient: Recipient) -> str:
        return recipient.email

    def send(self, attempt: Attempt, message: Message) -> Attempt.State:
        """Raises `PermanentFailure` where nothing arrives there, `Bounced` where it may be so, else what the
        backend raises.
        """
        row = attempt.notification
        kind = kind_named(row.kind)
        to = message.recipient.email
        off = (
            unsubscribe_url(kind.group, self.name, row.recipient_id, address_fingerprint(to))
            if kind.group.can_be_ended and not kind.asked_for
            else ""
        )
        rendered = render_message(kind, message, unsubscribe_url=off)
        headers = {"Message-ID": attempt.message_id, "Auto-Submitted": "auto-generated"}
        if off:
            headers["List-Unsubscribe"] = f"<{off}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        sender = current_group().mail_sender
        mail = EmailMultiAlternatives(
            rendered.subject, rendered.text, sender, to=[to], headers=headers
        )
        mail.attach_alternative(rendered.html, "text/html")
        try:
            mail.send()
        except (SMTPRecipientsRefused, SMTPDataError) as error:
            fate = fate_of(error)
            if fate is Fate.GONE or (fate is Fate.FAILED and has_bounced_before(attempt)):
                raise PermanentFailure from error
            if fate is Fate.FAILED:
                raise Bounced from error
            raise
        return Attempt.State.SENT
