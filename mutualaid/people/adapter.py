"""How allauth stores a new account and asks who someone is.

Its messages are sent by `notify.accounts.mail`, an app above this one.
"""

from contextlib import suppress
from typing import Any, ClassVar, NamedTuple, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from mutualaid.group.current import current_group
from mutualaid.people.models import Role, User
from mutualaid.people.ratelimit import codes_exceeded_until, network_of, too_often
from mutualaid.people.roles import add_role
from mutualaid.people.security_log import Event, note
from mutualaid.people.sign_in import second_factor
from mutualaid.people.sign_in.code_forms import WRONG_CODE


class Way(NamedTuple):
    """A way to prove once more who one is: the name of its page, and of its link."""

    url_name: str
    description: StrPromise


CODE_AGAIN = Way("account_reauthenticate_code", _("Send me a code"))
PASSWORD = Way("account_reauthenticate", _("Use my password"))
APP_CODE = Way("mfa_reauthenticate", _("Use a code from my app"))
RECOVERY_CODE = Way("mfa_reauthenticate", _("Use a recovery code"))
PASSKEY = Way("mfa_reauthenticate_webauthn", _("Use my passkey"))
TOO_MANY_TRIES = _("That was a few too many tries. Please wait a while, then try again.")
NO_MATCH = _("That didn't match. Leave the password empty, and we'll send you a code instead.")
STAGES = {
    "allauth.account.stages.EmailVerificationStage": "mutualaid.people.sign_in.stages.EmailStage",
    "allauth.mfa.stages.AuthenticateStage": "mutualaid.people.sign_in.mfa.AuthenticateStage",
}
"""Steps of the sign-in that are ours in place of allauth's."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Stores a new account with its name, its language, and the role of a neighbour; limits codes."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        **dict.fromkeys(("too_many_login_attempts", "rate_limited"), TOO_MANY_TRIES),
        **dict.fromkeys(("email_password_mismatch", "phone_password_mismatch"), NO_MATCH),
        "account_inactive": _("This account is switched off. Please talk with a coordinator."),
        "cannot_remove_primary_email": _(
            "This is the address we write to. Choose another one for that first."
        ),
        "duplicate_email": _("You have this address here already."),
        "email_taken": _("We could not add this address. Please use another one."),
        "enter_current_password": _("This isn't your password. Please type it again."),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("This isn't your password. Try again, or use another way."),
        "invalid_login": _("Write your e-mail address or your phone number."),
        "invalid_or_expired_key": _("This link no longer works. Please ask for a new one."),
        "invalid_password_reset": _("This link no longer works. Please ask for a new one."),
        "max_email_addresses": _("You have %d addresses here. Remove one before you add another."),
        "unverified_primary_email": _("Please confirm this address first. We can send you a code."),
    }

    def format_email_subject(self, subject: str) -> str:
        return _(": ").join((current_group().name, subject))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = get_language() or ""
        saved: User = super().save_user(request, user, form, commit)
        add_role(saved, Role.NEIGHBOUR)
        return saved

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        note(Event.SIGN_IN_FAILED, user=user, request=request)
        return cast(HttpResponse, super().respond_user_inactive(request, user))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the network, so that the limits of allauth's own count by the same."""
        return network_of(request)

    def is_safe_url(self, url: str) -> bool:
        """As allauth has it; no address that cannot even be read is safe."""
        with suppress(ValueError):
            return bool(super().is_safe_url(url))
        return False

    def check_may_send_code(self, address: str) -> None:
        """Count one code to this e-mail or phone, once for each request.

        Raises `ImmediateHttpResponse` over a limit, with the page that says when to come again.
        """
        request: HttpRequest = self.request
        if getattr(request, "has_counted_code", False):
            return
        if again_at := codes_exceeded_until(request, address):
            raise ImmediateHttpResponse(too_often(request, again_at, has_code=True))
        request.has_counted_code = True  # type: ignore[attr-defined]

    def has_confirmed_phone(self, user: User) -> bool:
        phone, is_confirmed = self.get_phone(user) or ("", False)
        return bool(phone) and is_confirmed

    def signs_in_by_phone(self, user: User) -> bool:
        """Whether their phone leads to their account; it may have passed on to another since."""
        phone, is_confirmed = self.get_phone(user) or ("", False)
        return is_confirmed and self.get_user_by_phone(phone) == user

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """As allauth has it; the last one only where a phone is left that still leads to this account.

        Decided by the page that deletes it under the lock of the account, which `notify.actions` takes as
        well before a phone passes on from it to another.
        """
        user = email_address.user
        others = EmailAddress.objects.filter(user=user, verified=True).exclude(pk=email_address.pk)
        has_way_in = others.exists() or self.signs_in_by_phone(user)
        return has_way_in and bool(super().can_delete_email(email_address))

    def get_login_stages(self) -> list[str]:
        """Those of allauth, but for those of ours."""
        return [STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def is_reauthentication_required(self, *, app: str, **_: object) -> bool:
        """Never by allauth: the middleware asks, on more pages, and it takes a code for an answer."""
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """How this person proves once more who they are; the first way is offered first.

        Whoever has a second factor as a lock proves it by that alone.
        """
        if not user.is_authenticated:
            return []
        types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        passkey = [PASSKEY] if Authenticator.Type.WEBAUTHN in types else []
        if second_factor.is_asked_at_sign_in(user):
            has_app = Authenticator.Type.TOTP in types
            ways = [APP_CODE, *passkey] if has_app else [*passkey, RECOVERY_CODE]
        else:
            password = [PASSWORD] if user.has_usable_password() else []
            ways = [CODE_AGAIN, *password, *passkey]
        return [
            {"id": way.url_name, "description": str(way.description), "url": reverse(way.url_name)}
            for way in ways
        ]
