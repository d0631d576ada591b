from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django.utils.translation import gettext_lazy as _

from mutualaid.typed_text import NameField


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """The e-mail to which the code is sent, and the name that neighbours see."""

    name = NameField(
        label=_("What should neighbours call you?"),
        max_length=60,
        help_text=_("A first name is enough. It need not be your real one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password1", None)  # whoever wants one sets it later


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """The e-mail, and a password for those who have one; without it a code is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        password = self.fields["password"]
        password.required = False
        password.help_text = _("Leave it empty, and we send you a code instead.")
        password.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs.pop("placeholder", None)
