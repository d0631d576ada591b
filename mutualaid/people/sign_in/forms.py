"""allauth's forms for a second factor, with what it leaves open: a code counts once, and tries end."""

from typing import Any, cast

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal import auth as totp_auth
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mutualaid.people.security_log import Event, note
from mutualaid.people.signals import second_factor_guessed

CODE = forms.CharField(
    label=pgettext_lazy("to sign in", "Code"),
    max_length=40,
    widget=forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}
    ),
    error_messages={"required": _("Write the code here.")},
)
LONGEST_CREDENTIAL = 50_000
"""Characters; with the certificate of a key it is about 5,000."""
NOT_RECOGNIZED = _("That passkey didn't work here. Try again, or use another way to sign in.")


class CredentialField(forms.JSONField):
    """What a browser says of a passkey. It is not shown again."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Raises `ValidationError` for what is no JSON, and for what is deeper or longer than any answer."""
        if value and len(value) > LONGEST_CREDENTIAL:
            raise forms.ValidationError(NOT_RECOGNIZED)
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(NOT_RECOGNIZED) from error

    def bound_data(self, data: Any, initial: Any) -> None:
        return None


class CodeMixin(forms.Form):
    """Takes an app code or a recovery code, each once, and 20 wrong ones a day."""

    user: Any
    authenticator: Authenticator
    code = CODE

    def clean_code(self) -> str:
        """Raises `ValidationError` for a wrong or used code, which is noted, and after too many."""
        key = f"second-factor-{self.user.pk}"
        if not ratelimit.consume(context.request, action="second_factor", key=key):
            second_factor_guessed.send(sender=type(self.user), user=self.user)
            raise get_account_adapter().validation_error("too_many_login_attempts")
        try:
            code = self._clean_good_code()
        except forms.ValidationError:
            note(Event.SECOND_FACTOR_FAILED, user=self.user)
            raise
        ratelimit.clear(context.request, action="second_factor", key=key)
        return code

    def _clean_good_code(self) -> str:
        """Raises `ValidationError` for a wrong or used code."""
        try:
            code = str(super().clean_code())  # type: ignore[misc]
            is_app_code = self.authenticator.type == Authenticator.Type.TOTP
            is_good = _use_once(self.authenticator, code) if is_app_code else True
        except Authenticator.DoesNotExist:  # it was removed a moment ago
            is_good = False
        if not is_good:
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(CodeMixin, base.AuthenticateForm):  # type: ignore[misc]
    """At the sign-in."""


class ReauthenticateForm(CodeMixin, base.ReauthenticateForm):  # type: ignore[misc]
    """For whoever is signed in already."""


class ActivateTOTPForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    code = CODE


class AuthenticateWebAuthnForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField(error_messages={"required": NOT_RECOGNIZED})

    def clean_credential(self) -> Authenticator:
        return _recognized(super().clean_credential)


class ReauthenticateWebAuthnForm(webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField(error_messages={"required": NOT_RECOGNIZED})

    def clean_credential(self) -> Authenticator:
        return _recognized(super().clean_credential)


class LoginWebAuthnForm(webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField(error_messages={"required": NOT_RECOGNIZED})

    def clean_credential(self) -> Authenticator:
        return _recognized(super().clean_credential)


class AddWebAuthnForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """Always a passkey: one that signs in by itself."""

    name = forms.CharField(
        label=_("What do you call it?"),
        max_length=60,
        required=False,
        help_text=_("Such as “my phone”, to tell it from others."),
    )
    credential = CredentialField(error_messages={"required": NOT_RECOGNIZED})
    passwordless = forms.BooleanField(widget=forms.HiddenInput, initial=True, required=False)

    def clean_credential(self) -> dict[str, Any]:
        """Raises `ValidationError` for `false` and such: allauth checks nothing of what is not true."""
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict):
            raise forms.ValidationError(NOT_RECOGNIZED)
        return credential

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        cleaned: dict[str, Any] = _understood(super().clean)
        return cleaned


class EditWebAuthnForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label=_("What do you call it?"),
        max_length=60,
        error_messages={"required": _("Write a name, such as “my phone”.")},
    )


def _recognized(read: Any) -> Authenticator:
    """As `_understood`, for a passkey that is to prove who someone is: one that does not is noted."""
    try:
        return cast(Authenticator, _understood(read))
    except forms.ValidationError:
        note(Event.SECOND_FACTOR_FAILED)
        raise


def _understood(read: Any) -> Any:
    """What `read` makes of the answer of a browser, which anybody can write as they like.

    Raises `ValidationError` for whatever is no answer to our question: the library fails on it in many
    ways, each an exception of its own.
    """
    try:
        return read()
    except DatabaseError:
        raise
    except forms.ValidationError as error:
        if error.code != "incorrect_code":
            raise
        raise forms.ValidationError(NOT_RECOGNIZED) from error
    except Exception as error:
        raise forms.ValidationError(NOT_RECOGNIZED) from error


@transaction.atomic
def _use_once(factor: Authenticator, code: str) -> bool:
    """Note that the code of this time was used; False where it, or a later one, was used before.

    The counter of RFC 6238, 5.2 stands in the row and not in the cache, which a clock that is set back
    would let expire twice. Raises `Authenticator.DoesNotExist` where the factor is gone.
    """
    row = Authenticator.objects.select_for_update().get(pk=factor.pk)
    secret = get_adapter().decrypt(row.data["secret"])
    counter = next(
        (
            counter
            for counter in totp_auth.yield_hotp_counters_from_time()
            if totp_auth.compare_user_code(
                actual=code,
                expected=totp_auth.format_hotp_value(totp_auth.hotp_value(secret, counter)),
            )
        ),
        None,
    )
    if counter is None or counter <= row.data.get("last_counter", -1):
        return False
    row.data["last_counter"] = factor.data["last_counter"] = counter
    row.save(update_fields=["data"])
    return True
