"""Forms that take a code."""

from typing import Any

from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mutualaid.people.ratelimit import WRONG_CODES, network_of, too_often
from mutualaid.people.security_log import Event, note
from mutualaid.people.sign_in.sent_codes import SentCode

WRONG_CODE = _("This isn't the code we sent. Please check it.")


class GuardedCodeMixin(forms.Form):
    """Wrong codes from one network are counted; after too many, none is looked at for a while."""

    code = forms.CharField(
        label=pgettext_lazy("to sign in", "Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "dir": "ltr"}),
        error_messages={"required": _("Write the code here.")},
    )

    def clean_code(self) -> str:
        """Return the code. Raises `ImmediateHttpResponse` after too many wrong ones.

        A wrong one leaves a line in the security log.
        """
        request: HttpRequest = context.request
        network = network_of(request)
        if again_at := WRONG_CODES.exceeded_until(network):
            raise ImmediateHttpResponse(too_often(request, again_at))
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            note(Event.CODE_WRONG)
            raise
        WRONG_CODES.give_back(network)
        return code


class _SentCodeForm(forms.Form):
    def __init__(self, *args: Any, request: HttpRequest, sent: SentCode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.sent = request, sent

    def clean_code(self) -> str:
        """Raises `ValidationError` unless it is the code that was sent."""
        code = str(self.cleaned_data["code"])
        if not self.sent.accept(self.request, code):
            raise ValidationError(WRONG_CODE)
        return code


class CodeForm(GuardedCodeMixin, _SentCodeForm):
    """The code that this session waits for."""
