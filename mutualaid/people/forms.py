"""The forms of signing in and up, with their limits: allauth asks for a code only through these."""

from secrets import token_hex
from typing import Any, cast

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from mutualaid.contact_points import parse
from mutualaid.forms.typed_text import NameField
from mutualaid.people.models import User
from mutualaid.people.password_forms import EMAIL
from mutualaid.people.sign_in import by_phone
from mutualaid.people.sign_in.code_forms import GuardedCodeMixin

WHO_ARE_YOU = _(
    "Write your e-mail address, like name@example.org, or your whole phone number, like +1 555 010 0123."
)
NO_TEXTS = _("We can't send text messages here. Please use your e-mail address.")


class ContactPointField(forms.CharField):
    """A box for an e-mail or a phone number; `email_or_phone` reads it."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": WHO_ARE_YOU, "max_length": WHO_ARE_YOU}
        widget = forms.TextInput(attrs={"autocomplete": "username", "dir": "ltr"})
        super().__init__(max_length=254, widget=widget, error_messages=errors, **kwargs)


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc]
    """The e-mail or phone to which the code is sent, and the name that neighbours see.

    The box is called `email` as allauth has it. What is a phone is in `phone`, and goes its own way.
    """

    name = NameField(
        label=_("What should neighbours call you?"),
        max_length=60,
        help_text=_("A first name is enough. It doesn't have to be your real one."),
        error_messages={"required": _("Write a name for your neighbours to call you.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password1", None)  # whoever wants one sets it later
        self.phone = ""
        self.fields["email"].label = EMAIL.label
        self.fields["email"].error_messages["required"] = EMAIL.required
        self.fields["email"].widget.attrs.pop("placeholder", None)
        if settings.SMS_URL:
            self.fields["email"] = ContactPointField(
                label=_("Your phone number or e-mail"),
                help_text=_(
                    "One of them is enough. E-mail is a bit safer. Someone who shares your phone, or gets"
                    " your number after you, may read your texts."
                ),
            )
            self.order_fields(["email", "name"])

    def clean_email(self) -> str:
        """An e-mail, or "" where it is a `phone`. Raises `ValidationError` for anything else."""
        if settings.SMS_URL:
            self.cleaned_data["email"], self.phone = email_or_phone(self.cleaned_data["email"])
        return "" if self.phone else cast(str, super().clean_email())

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, and do the same work where there is one: time must not tell which.

        With a phone none is made before the code is typed. Raises `ImmediateHttpResponse` over a limit on
        codes.
        """
        if self.phone:
            name = self.cleaned_data["name"]
            return None, by_phone.send_code(request, phone=self.phone, name=name)
        get_adapter(request).check_may_send_code(self.cleaned_data["email"])
        if self.account_already_exists:
            self._make_account_and_forget_it(request)
        return cast("tuple[User | None, HttpResponse | None]", super().try_save(request))

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """Make the account, all of it or nothing."""
        return cast(User, super().save(request))

    def _make_account_and_forget_it(self, request: HttpRequest) -> None:
        """Make an account as for someone new, under an e-mail of no one, and roll it back."""
        email = self.cleaned_data["email"]
        self.cleaned_data["email"] = f"{token_hex(8)}@nobody.invalid"
        self.account_already_exists = False
        with transaction.atomic():
            self.save(request)
            transaction.set_rollback(True)
        self.cleaned_data["email"], self.account_already_exists = email, True


PASSWORD_BOX = "password"  # noqa: S105  the name of a field
"""In the query of the sign-in, or among what is sent: whoever says they have a password gets a box for it."""


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]
    """A phone number or an e-mail, to which a code is sent; a password for whoever says they have one.

    Whether an account has one is told to no one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_phone = bool(settings.SMS_URL)
        self.takes_password = PASSWORD_BOX in self.data or (
            self.request is not None and PASSWORD_BOX in self.request.GET
        )
        if self.takes_password:
            password = self.fields["password"]
            password.required = False
            password.label = _("Your password")
            password.help_text = _("Leave it empty, and we'll send you a code instead.")
            password.widget.attrs.pop("placeholder", None)
        else:
            del self.fields["password"]
        self.fields["login"] = ContactPointField(
            label=_("Your phone number or e-mail") if with_phone else EMAIL.label,
            help_text=_("A phone number works once you have confirmed it here.")
            if with_phone
            else "",
        )
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """As `email_or_phone`."""
        email, phone = email_or_phone(str(super().clean_login()))
        return email or phone


def email_or_phone(typed: str) -> tuple[str, str]:
    """As `read_email_or_phone`; raises `ValidationError` also for a phone where the group sends no texts."""
    email, phone = read_email_or_phone(typed)
    if phone and not settings.SMS_URL:
        raise ValidationError(NO_TEXTS)
    return email, phone


def read_email_or_phone(typed: str) -> tuple[str, str]:
    """An e-mail in small letters and "", or "" and a phone number in E.164, out of any spelling.

    Raises `ValidationError` for anything else.
    """
    if email := _email_in(typed):
        return email, ""
    parsed = parse(typed)
    phones = [phone.e164 for phone in parsed.phones if not phone.extension]
    if not (len(parsed.points) == 1 and phones and phones[0] and not parsed.unread):
        raise ValidationError(WHO_ARE_YOU)
    return "", phones[0]


def _email_in(typed: str) -> str:
    """The one e-mail address that was typed; "" where it is none."""
    try:
        validate_email(typed)
    except ValidationError:
        parsed = parse(typed)
        is_one = len(parsed.points) == len(parsed.emails) == 1 and not parsed.unread
        return parsed.emails[0].normal.lower() if is_one else ""
    return typed.lower()


class LoginCodeForm(GuardedCodeMixin, allauth_forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that was sent to someone who signs in."""


class EmailCodeForm(
    GuardedCodeMixin,
    allauth_forms.ConfirmEmailVerificationCodeForm,  # type: ignore[misc]
):
    """The code that was sent to a new e-mail address."""
