"""The questions. Each form is one page; shape is checked here, the rules stand in the actions."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.choices import (
    group_choices_with_icons,
    kind_choices,
    locality_choices,
)
from mutualaid.catalog.models import Category, Locality
from requests_app.ask.draft import Answers
from requests_app.states import Urgency


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


class KindForm(StepForm):
    category = forms.ModelChoiceField(
        Category.objects.none(),
        to_field_name="slug",
        label=_("Which of these is nearest?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the nearest one."),
            "invalid_choice": _("Choose one of these."),
        },
    )

    def arrange(self) -> None:
        group = self.answers.get("what", {}).get("group", "")
        choices, categories = kind_choices(group)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


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

    def clean_needed_by(self) -> Any:
        day = self.cleaned_data["needed_by"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This day has passed. Choose today or a later day."))
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
        slug = self.answers.get("kind", {}).get("category", "")
        kind = Category.objects.filter(slug=slug).first()
        if not (kind and kind.asks_quantity):
            del self.fields["people_count"]
        if not (kind and kind.asks_helpers):
            del self.fields["helpers_wanted"]
