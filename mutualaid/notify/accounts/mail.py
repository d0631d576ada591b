"""Send codes and links for signing in through the outbox, so that no page waits for a server of others."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import get_language, gettext_lazy

from mutualaid import clock
from mutualaid.encryption.fingerprints import veil
from mutualaid.notify import phones
from mutualaid.notify.actions import account_with_phone, give_phone
from mutualaid.notify.models import AccountMail, Preferences
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import Recipient, address_fingerprint
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.people import adapter
from mutualaid.people.models import User


class AccountAdapter(adapter.AccountAdapter):
    """allauth's adapter of this site, with mail and texts that go through the outbox."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail down. Raises `ImmediateHttpResponse` over a limit on codes."""
        self.check_may_send_code(email)
        site = {"request": self.request, "current_site": get_current_site(self.request)}
        mail = self.render_mail(template_prefix, email, {**site, "email": email, **context})
        key = "" if "code" in context else _key_of_minute(template_prefix, email)
        post(email, str(mail.subject), str(mail.body), key=key)

    def send_verification_code_sms(
        self, user: User | None, phone: str, code: str, **_: object
    ) -> None:
        """Text a code, also to a number that is new here. Raises `ImmediateHttpResponse` over a limit."""
        self.check_may_send_code(phone)
        post_text(phone, code)

    def send_unknown_account_sms(self, phone: str, **_: object) -> None:
        """Send nothing to a number no one has confirmed, with the same work as for one that someone has."""
        self.check_may_send_code(phone)
        post_text(phone, "")

    def account_with_phone(self, phone: str, *, name: str) -> User:
        """The account of whoever has just typed the code that was sent there; see `notify.actions`."""
        return account_with_phone(phone, name=name, language=get_language() or "")

    def get_user_by_phone(self, phone: str) -> User | None:
        return phones.owner_of(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        preferences = Preferences.of(user)
        is_confirmed = preferences.phone_confirmed_at is not None
        return (preferences.phone, is_confirmed) if preferences.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Give a number; it is confirmed there and never by allauth."""
        give_phone(user, phone)

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Change nothing: only a confirmed phone gets a code to sign in."""


@transaction.atomic
def post(email: str, subject: str, body: str, *, key: str = "") -> None:
    """Keep this mail, encrypted, for as long as a code lasts, and send it at once; once for each `key`."""
    mail = AccountMail.objects.create(
        email=email,
        subject=subject,
        body=body,
        language=get_language() or "",
        expires_at=Now() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    )
    enqueue("account_mail", about_id=mail.pk, recipient=_recipient(mail), key=key)


def _key_of_minute(template: str, email: str) -> str:
    """The same for all mails of a minute that read the same: whoever presses twice gets one.

    What has a code is no such mail: only the code of the page that is open counts.
    """
    to = veil(address_fingerprint(email))
    return f"account_mail:{template.rpartition('/')[2]}:{to}:{clock.now():%Y%m%d%H%M}"


@transaction.atomic
def post_text(phone: str, code: str) -> None:
    """Keep this code for a phone as `post` keeps a mail, and send it at once; without a code, never."""
    mail = AccountMail.objects.create(
        phone=phone if code else "",
        body=code,
        language=get_language() or "",
        expires_at=Now() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    )
    recipient = Recipient(phone=phone, texts=True, language=mail.language)
    enqueue("account_code", about_id=mail.pk, recipient=recipient)


@message_kind(
    "account_mail",
    gettext_lazy("a code to sign in"),
    group=Group.SIGN_IN,
    asked_for=True,
    forget=AccountMail.forget,
)
def account_mail(pk: int) -> Message | None:
    """None once its code is used up by time, or the mail was forgotten."""
    mail = AccountMail.objects.usable().filter(pk=pk).first()
    return Message(_recipient(mail), {"subject": mail.subject, "body": mail.body}) if mail else None


@message_kind(
    "account_code",
    gettext_lazy("a code to sign in"),
    group=Group.SIGN_IN,
    asked_for=True,
    forget=AccountMail.forget,
)
def account_code(pk: int) -> Message | None:
    """To a phone; it names no one. None as for a mail, and where no code may go to this phone.

    One that no account has confirmed gets it within the limits on such texts: someone may be signing up.
    """
    mail = AccountMail.objects.usable().filter(pk=pk).first()
    if mail is None or not mail.body:
        return None
    recipient = Recipient(
        phone=mail.phone,
        texts=True,
        language=mail.language,
        phone_confirmed=phones.owner_of(mail.phone) is not None,
    )
    return Message(recipient, {"code": mail.body})


def _recipient(mail: AccountMail) -> Recipient:
    return Recipient(mail.email, language=mail.language)
