"""allauth's forms for passwords and e-mail addresses, in our words.

A new password is typed once: whoever mistypes it signs in with a code and sets another.
"""

from typing import Any, ClassVar, NamedTuple

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

A_GOOD_PASSWORD = _("At least 12 letters. A few words that no one expects are good.")


class FieldWords(NamedTuple):
    """What stands beside a box: its label, what to do where it is empty, and a hint."""

    label: StrPromise
    required: StrPromise
    hint: StrPromise | str = ""


EMAIL = FieldWords(_("E-mail address"), _("Write an e-mail address, like name@example.org."))
NEW_PASSWORD = FieldWords(_("New password"), _("Write a new password."), A_GOOD_PASSWORD)
PASSWORD_NOW = FieldWords(_("The password you have now"), _("Write the password you have now."))


class OwnWordsMixin(forms.Form):
    """Shows the fields in `words` alone, and in these words."""

    words: ClassVar[dict[str, FieldWords]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: self.fields[name] for name in self.words}
        for name, words in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = words.label, words.hint
            field.error_messages["required"] = words.required
            field.widget.attrs.pop("placeholder", None)


class AddEmailForm(OwnWordsMixin, allauth_forms.AddEmailForm):  # type: ignore[misc]
    words: ClassVar = {"email": EMAIL}


class ResetPasswordForm(OwnWordsMixin, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    words: ClassVar = {"email": EMAIL}


class ChangePasswordForm(OwnWordsMixin, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    words: ClassVar = {"oldpassword": PASSWORD_NOW, "password1": NEW_PASSWORD}


class SetPasswordForm(OwnWordsMixin, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    words: ClassVar = {"password1": NEW_PASSWORD}


class ResetPasswordKeyForm(OwnWordsMixin, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    words: ClassVar = {"password1": NEW_PASSWORD}


class ReauthenticateForm(OwnWordsMixin, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    words: ClassVar = {
        "password": FieldWords(_("Your password"), _("Write your password, or use another way."))
    }
