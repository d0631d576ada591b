from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.distance_field import DistanceField
from mutualaid.catalog.form_choices import (
    NOT_A_CHOICE,
    category_choices,
    language_choices,
    locality_choices,
)
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slot_field import WeekPartsBoxes


class LimitsForm(forms.Form):
    """How far and how often someone can help."""

    reach_km = DistanceField(
        label=_("How far beyond these areas would you go?"),
        most_km=500,
        initial=3,
        error_messages={"required": _("Write how far, such as 3. Write 0 to stay in these areas.")},
    )
    per_week = forms.IntegerField(
        label=_("How many tasks a week, at most?"),
        min_value=1,
        max_value=50,
        initial=2,
        help_text=_("We won't ask you for more. You can always say no."),
        error_messages={"required": _("Write how many tasks a week, such as 2.")},
    )


class OfferForm(LimitsForm):
    """What, where and how often someone can help: the arguments of `actions.save_offer` but `by`."""

    field_order = (
        "categories", "localities", "reach_km", "languages", "week_parts", "per_week", "has_vehicle"
    )  # fmt: skip
    categories = forms.ModelMultipleChoiceField(
        Category.objects.filter(is_active=True),
        label=_("What can you do?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing you can do."), **NOT_A_CHOICE},
    )
    localities = forms.ModelMultipleChoiceField(
        Locality.objects.all(),
        to_field_name="slug",
        label=_("Where can you help?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A wider area counts for all that is in it."),
        error_messages={"required": _("Choose at least one area."), **NOT_A_CHOICE},
    )
    languages = forms.ModelMultipleChoiceField(
        Language.objects.all(),
        to_field_name="code",
        label=_("Which languages do you speak?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language."), **NOT_A_CHOICE},
    )
    week_parts = WeekPartsBoxes(
        label=_("When are you mostly free?"),
        help_text=_(
            "We'll ask you only about these times. Choose none if it changes from week to week."
        ),
    )
    has_vehicle = forms.BooleanField(label=_("I have a car, van or cargo bike"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["categories"].choices = category_choices()  # type: ignore[attr-defined]
        self.fields["localities"].choices = locality_choices()  # type: ignore[attr-defined]
        self.fields["languages"].choices = language_choices()  # type: ignore[attr-defined]
        self.fields["languages"].initial = [get_language() or "en"]


class PauseForm(forms.Form):
    until = forms.DateField(
        label=_("Until when? Leave it empty if you don't know yet."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like this: 2026-12-31.")},
    )

    def clean_until(self) -> date | None:
        """Raises `ValidationError` for a day that is not after today."""
        day: date | None = self.cleaned_data["until"]
        if day and day <= timezone.localdate():
            raise ValidationError(_("Choose a day after today."))
        return day
