"""Typing the code that someone shows: whoever does not hold it learns of no one, there is no list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.people.introductions import by_code
from mutualaid.people.models import User
from mutualaid.people.ratelimit import HOUR, Limit

CODES_TYPED = Limit("vouch", 20, HOUR)
"""Codes typed, right or wrong, from one network address."""


class PersonCodeField(forms.CharField):
    """A box for the code of a person; cleaned, it is the person."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Their code"),
            max_length=30,
            help_text=gettext_lazy("It stands on their page, like 17-ABC-234."),
            widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
            error_messages={"required": gettext_lazy("Write the code they show you.")},
        )

    def clean(self, value: Any) -> User:
        """Raises `ValidationError` where it is no code of anyone."""
        person = by_code(super().clean(value))
        if person is None:
            raise ValidationError(_("No one has this code. Please check it together."))
        return person


class VouchForm(forms.Form):
    code = PersonCodeField()
