"""The questions. Each form is one page; shape is checked here, the rules stand in the actions."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.dates import WEEKDAYS as WEEKDAYS_IN_WORDS
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.form_choices import (
    NOT_A_CHOICE,
    group_choices_with_icons,
    kind_choices,
    locality_choices,
)
from mutualaid.catalog.models import Category, Locality
from mutualaid.catalog.time_slot_field import WeekPartsBoxes
from requests_app.pages.ask.draft import Answers
from requests_app.states import Urgency

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""As an RRULE names them."""
WEEKDAYS_FROM_MONDAY = [WEEKDAYS_IN_WORDS[number] for number in range(7)]
ONE_WEEK, HALF_A_YEAR = timedelta(days=7), timedelta(days=183)


class StepForm(forms.Form):
    """A page of questions that may depend on earlier answers."""

    folded: tuple[str, ...] = ()
    """Fields for some of us only: they stand behind words that open."""

    def __init__(self, data: Any = None, *, answers: Answers) -> None:
        self.answers = answers
        super().__init__(data)
        self.arrange()

    def arrange(self) -> None:
        """Fit the fields to the earlier answers."""

    def plain_fields(self) -> list[BoundField]:
        return [field for field in self if field.name not in self.folded]

    def folded_fields(self) -> list[BoundField]:
        return [field for field in self if field.name in self.folded]

    def is_unfolded(self) -> bool:
        """Something behind the words was answered, or has an error."""
        return any(field.errors or field.value() for field in self.folded_fields())


class WhatForm(StepForm):
    group = forms.ChoiceField(
        label=_("What do you need?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you need."),
            "invalid_choice": _("Choose one of these."),
        },
    )

    def arrange(self) -> None:
        self.fields["group"].choices = group_choices_with_icons()  # type: ignore[attr-defined]


MOST_KINDS = 5


class KindsForm(StepForm):
    """What is in the group that was chosen; `category` takes one or several."""

    def arrange(self) -> None:
        what = WhatForm(self.answers.get("what", {}), answers=self.answers)
        group = what.cleaned_data["group"] if what.is_valid() else ""
        choices, categories = kind_choices(group)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


class KindForm(KindsForm):
    category = forms.ModelMultipleChoiceField(
        Category.objects.none(),
        to_field_name="slug",
        label=_("Which of these? You can choose more than one."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the nearest one."), **NOT_A_CHOICE},
    )

    def clean_category(self) -> Any:
        chosen = self.cleaned_data["category"]
        if len(chosen) > MOST_KINDS:
            raise ValidationError(_("Choose five at most. You can ask for more afterwards."))
        return chosen


class OneKindForm(KindsForm):
    """For a need that stands already: it is of one kind."""

    category = forms.ModelChoiceField(
        Category.objects.none(),
        to_field_name="slug",
        label=_("Which of these is nearest?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the nearest one."), **NOT_A_CHOICE},
    )


class WhereForm(StepForm):
    locality = forms.ModelChoiceField(
        Locality.objects.all(),
        to_field_name="slug",
        label=_("Which area are you in?"),
        help_text=_(
            "The area is all that others see. Your address comes later,"
            " and only the person who helps you sees it."
        ),
        error_messages={
            "required": _("Choose your area."),
            "invalid_choice": _("Choose one of the areas in the list."),
        },
    )

    def arrange(self) -> None:
        self.fields["locality"].choices = [("", _("Choose an area")), *locality_choices()]  # type: ignore[attr-defined]


class WhenForm(StepForm):
    urgency = forms.TypedChoiceField(
        label=_("How soon do you need it?"),
        choices=sorted(Urgency.choices, reverse=True),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how soon."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    needed_by = forms.DateField(
        label=_("Is there a last day?"),
        required=False,
        help_text=_("You can leave this empty."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like this: 2026-12-31.")},
    )
    week_parts = WeekPartsBoxes(
        label=_("Which times are good for you?"),
        help_text=_(
            "We ask only people who are free then. Choose all that are good,"
            " or none if any time is good."
        ),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Do you need it every week? On which days?"),
        choices=list(zip(WEEKDAYS, WEEKDAYS_FROM_MONDAY, strict=True)),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("You can leave this empty."),
        error_messages=NOT_A_CHOICE,
    )
    repeat_until = forms.DateField(
        label=_("Every week until which day?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like this: 2026-12-31.")},
    )

    def arrange(self) -> None:
        if not any(kind.may_repeat for kind in _kinds(self.answers)):
            del self.fields["weekdays"], self.fields["repeat_until"]

    def clean_needed_by(self) -> Any:
        day = self.cleaned_data["needed_by"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This day has passed. Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        weekdays, until = (self.cleaned_data.get(name) for name in ("weekdays", "repeat_until"))
        if "repeat_until" in self.fields and not self.errors and bool(weekdays) != bool(until):
            empty = "repeat_until" if weekdays else "weekdays"
            self.add_error(
                empty, _("For something you need every week, say the days and until when.")
            )
        return self.cleaned_data

    def clean_repeat_until(self) -> Any:
        day, today = self.cleaned_data["repeat_until"], timezone.localdate()
        if day and not today + ONE_WEEK <= day <= today + HALF_A_YEAR:
            raise ValidationError(
                _("Choose a day at least a week and at most half a year from now.")
            )
        return day


class DetailsForm(StepForm):
    people_count = forms.IntegerField(
        label=_("For how many people?"), min_value=1, max_value=500, required=False
    )
    helpers_wanted = forms.IntegerField(
        label=_("Would more than one helper be good?"),
        min_value=1,
        max_value=10,
        required=False,
        help_text=_("For heavy or long work. Leave it empty if one is enough."),
    )
    notes = forms.CharField(
        label=_("What should the person who helps know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_(
            "For example: what to buy, stairs, pets. Only the person who helps sees this."
            " You can leave it empty."
        ),
    )

    def arrange(self) -> None:
        kinds = _kinds(self.answers)
        if not any(kind.asks_quantity for kind in kinds):
            del self.fields["people_count"]
        if not any(kind.asks_helpers for kind in kinds):
            del self.fields["helpers_wanted"]


def _kinds(answers: Answers) -> list[Category]:
    """What was chosen on the page of kinds; nothing where what stands there is nonsense."""
    form = KindForm(answers.get("kind", {}), answers=answers)
    return list(form.cleaned_data["category"]) if form.is_valid() else []
