"""What a field says of a mistake where its form says nothing better: in our words, never in Django's.

Django's own talk of values and fields, and in some languages address people in another way than we do.
"""

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

A_CHOICE = {
    "invalid_choice": _("Choose one of the answers on this page."),
    "invalid_list": _("Choose from the answers on this page."),
    "invalid_pk_value": _("Choose from the answers on this page."),
}
A_NUMBER = {"invalid": _("Write a number, such as 3.")}
A_DAY = {"invalid": _("Write the day like this: 2026-12-31.")}
A_TIME = {"invalid": _("Write the time like this: 17:30.")}
DEFAULTS: dict[type[forms.Field], dict[str, StrPromise]] = {
    forms.Field: {"required": _("Please answer this.")},
    forms.EmailField: {
        "invalid": _("Write the whole e-mail address, like name@example.org."),
    },
    forms.URLField: {"invalid": _("Write the whole address, like https://example.org.")},
    forms.IntegerField: A_NUMBER,
    forms.FloatField: A_NUMBER,
    forms.DecimalField: A_NUMBER,
    forms.DateField: A_DAY,
    forms.TimeField: A_TIME,
    forms.DateTimeField: {"invalid": _("Write day and time like this: 2026-12-31 17:30.")},
    forms.ChoiceField: A_CHOICE,
    forms.MultipleChoiceField: A_CHOICE,
    forms.ModelChoiceField: A_CHOICE,
    forms.ModelMultipleChoiceField: A_CHOICE,
    forms.UUIDField: {"invalid": _("It holds a character that we can't read.")},
    forms.FileField: {
        "invalid": _("The file didn't come through. Please choose it again."),
        "missing": _("Choose a file."),
        "empty": _("This file is empty. Choose another one."),
        "max_length": _("The name of the file is too long. Please rename it."),
    },
}
LIMITS: dict[
    type[validators.BaseValidator | validators.ProhibitNullCharactersValidator], StrPromise
] = {
    validators.MaxLengthValidator: _(
        "This is too long: %(show_value)d letters. Use %(limit_value)d at most."
    ),
    validators.MinLengthValidator: _("This is too short. Use at least %(limit_value)d letters."),
    validators.MaxValueValidator: _("Write a number of %(limit_value)s or less."),
    validators.MinValueValidator: _("Write a number of %(limit_value)s or more."),
    validators.StepValueValidator: _("Write a number without a fraction."),
    validators.ProhibitNullCharactersValidator: _("It holds a character that we can't read."),
}
"""Of validators, not of fields: a field's message would silence that of a validator with words of its own."""


def use_own_words() -> None:
    """Put `DEFAULTS` and `LIMITS` in the place of Django's. Call it once, before any form is made."""
    for field, messages in DEFAULTS.items():
        field.default_error_messages = {**field.default_error_messages, **messages}
    for validator, message in LIMITS.items():
        validator.message = message
