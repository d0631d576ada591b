from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils.translation import gettext_lazy as _


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """An address to send the code to, and the name that neighbours see."""

    name = forms.CharField(
        label=_("What should neighbours call you?"),
        max_length=60,
        help_text=_("A first name is enough. It need not be your real one."),
    )
