"""Send codes and links for signing in through the outbox, so that no page waits for the mail server."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import get_language, gettext_lazy

from mutualaid.notify.models import AccountMail
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.people import adapter


class AccountAdapter(adapter.AccountAdapter):
    """allauth's adapter of this site, with mail that goes through the outbox."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail down. Raises `ImmediateHttpResponse` over a limit on codes."""
        self.check_may_send_code(email)
        site = {"request": self.request, "current_site": get_current_site(self.request)}
        mail = self.render_mail(template_prefix, email, {**site, "email": email, **context})
        post(email, str(mail.subject), str(mail.body))


@transaction.atomic
def post(email: str, subject: str, body: str) -> None:
    """Keep this mail, encrypted, for as long as a code lasts, and send it at once."""
    mail = AccountMail.objects.create(
        email=email,
        subject=subject,
        body=body,
        language=get_language() or "",
        expires_at=Now() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    )
    enqueue("account_mail", about_id=mail.pk, recipient=_recipient(mail))


def forget(pk: int) -> None:
    AccountMail.objects.filter(pk=pk).delete()


@message_kind(
    "account_mail",
    gettext_lazy("a code to sign in"),
    group=Group.SIGN_IN,
    asked_for=True,
    forget=forget,
)
def account_mail(pk: int) -> Message | None:
    """None once its code is used up by time, or the mail was forgotten."""
    mail = AccountMail.objects.usable().filter(pk=pk).first()
    return Message(_recipient(mail), {"subject": mail.subject, "body": mail.body}) if mail else None


def _recipient(mail: AccountMail) -> Recipient:
    return Recipient(mail.email, language=mail.language)
