"""How allauth's second factor works here: its words, its secrets, and when the sign-in asks for it."""

from collections.abc import Iterator
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

from allauth.mfa import stages
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.encryption.fields import WrongKey, decrypt, encrypt, written_now
from mutualaid.group.current import current_group
from mutualaid.people.models import User, display_name
from mutualaid.people.sign_in import second_factor
from mutualaid.templatetags.ui import qr_code

COLUMN = "mfa_authenticator.data"
ANY_ROW = ""
"""allauth encrypts a secret before it says whose it is."""
SECRETS = ("secret", "seed")
"""Keys in `Authenticator.data` whose values are encrypted: of an app code, and of recovery codes."""


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "That didn't work. Codes don't last long: try the one your app shows now."
        ),
        "add_email_blocked": gettext_lazy("Please turn off your app or your passkeys first."),
        "cannot_delete_authenticator": gettext_lazy("This one can't be removed just now."),
        "unverified_email": gettext_lazy("Please confirm your e-mail address first."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Recovery codes come with an app code or a passkey. Set up one of these first."
        ),
    }

    def get_totp_issuer(self) -> str:
        return current_group().name

    def build_totp_svg(self, url: str) -> str:
        return qr_code(url, _("QR code for your app"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host of `SITE_URL`, whatever a request calls it."""
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return {"id": host, "name": current_group().name}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": display_name(user)}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return _("Passkey")

    def encrypt(self, text: str) -> str:
        return encrypt(text, column=COLUMN, row=ANY_ROW)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `WrongKey` where no configured key opens it."""
        return decrypt(encrypted_text, column=COLUMN, row=ANY_ROW)

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """Send none of allauth's, which tell an IP address: `receivers` tell of every change."""


class AuthenticateStage(stages.AuthenticateStage):  # type: ignore[misc]
    """Asks at the sign-in for the second factor of those for whom it is a lock."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is None or not second_factor.is_asked_at_sign_in(cast(User, user)):
            return False
        return bool(super()._should_handle(request))


def rotate_secrets() -> Iterator[tuple[int, int]]:
    """Encrypt anew what another key than the first has written.

    Yields for each factor, as `encryption.rotation.rotate` for rows, whether it was written, and whether no
    configured key opens it: it is passed over and stays as it is.
    """
    for pk in Authenticator.objects.values_list("pk", flat=True):
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
            try:
                yield int(factor is not None and _write_anew(factor)), 0
            except WrongKey:
                yield 0, 1


def _write_anew(factor: Authenticator) -> bool:
    fresh = written_now()
    old = {key: factor.data[key] for key in SECRETS if key in factor.data}
    stale = {key: value for key, value in old.items() if not value.startswith(fresh)}
    for key, value in stale.items():
        factor.data[key] = encrypt(
            decrypt(value, column=COLUMN, row=ANY_ROW), column=COLUMN, row=ANY_ROW
        )
    if stale:
        factor.save(update_fields=["data"])
    return bool(stale)
