from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from mutualaid.contact_points import parse


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """The e-mail to which the code is sent, and the name that neighbours see."""

    name = forms.CharField(
        label=_("What should neighbours call you?"),
        max_length=60,
        help_text=_("A first name is enough. It need not be your real one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password1", None)  # whoever wants one sets it later


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """A phone number or an e-mail, and a password for those who have one; without it a code is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_phone = bool(settings.SMS_URL)
        password = self.fields["password"]
        password.required = False
        password.help_text = _("Leave it empty, and we send you a code instead.")
        password.widget.attrs.pop("placeholder", None)
        self.fields["login"] = forms.CharField(
            label=_("Your phone number or e-mail") if with_phone else _("E-mail"),
            help_text=_("A phone number works once you have confirmed it here.")
            if with_phone
            else "",
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "dir": "ltr"}),
            error_messages={"required": WHO_ARE_YOU, "max_length": WHO_ARE_YOU},
        )
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """An e-mail in small letters, or a phone number in E.164, out of any spelling.

        Raises `ValidationError` for anything else, and for a phone where the group sends no text messages.
        """
        typed = str(super().clean_login())
        if email := _email_in(typed):
            return email
        parsed = parse(typed)
        phones = [phone.e164 for phone in parsed.phones if not phone.extension]
        if not (len(parsed.points) == 1 and phones and phones[0] and not parsed.unread):
            raise ValidationError(WHO_ARE_YOU)
        if not settings.SMS_URL:
            raise ValidationError(NO_TEXTS)
        return phones[0]


WHO_ARE_YOU = _(
    "Write your e-mail address, like name@example.org, or your whole phone number, like +1 555 010 0123."
)
NO_TEXTS = _("We cannot send text messages here. Please use your e-mail address.")


def _email_in(typed: str) -> str:
    """The one e-mail address that was typed; "" where it is none."""
    try:
        validate_email(typed)
    except ValidationError:
        parsed = parse(typed)
        is_one = len(parsed.points) == len(parsed.emails) == 1 and not parsed.unread
        return parsed.emails[0].normal.lower() if is_one else ""
    return typed.lower()
