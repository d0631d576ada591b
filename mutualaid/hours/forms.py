"""What someone fills in to note hours."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.hours.durations import NoDuration, parse_hours
from mutualaid.people.codes import PersonCodeField

GAVE, RECEIVED = "gave", "received"


class HoursField(forms.CharField):
    """A box for hours, as "1.5" or "1:30"; cleaned, it is whole minutes."""

    def __init__(self) -> None:
        super().__init__(
            label=_("How many hours?"),
            max_length=20,
            help_text=_("Like 2 or 1.5 or 1:30. The way there counts too."),
            widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
            error_messages={"required": _("Write how long it took.")},
        )

    def clean(self, value: Any) -> int:
        """Raises `ValidationError` for what is no time from a minute to a day."""
        try:
            return parse_hours(super().clean(value))
        except NoDuration as error:
            raise ValidationError(error.words) from error


class HelpForm(forms.Form):
    minutes = HoursField()


class NoteForm(forms.Form):
    """Hours with someone whose code is known."""

    code = PersonCodeField()
    way = forms.ChoiceField(
        label=_("Which of you gave?"),
        choices=[(GAVE, _("I gave, they received")), (RECEIVED, _("They gave, I received"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which of you gave.")},
    )
    minutes = HoursField()
    day = forms.DateField(
        label=_("On which day?"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day.")},
    )
