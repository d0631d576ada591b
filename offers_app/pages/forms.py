"""The questions about an offer. Each form is one page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.forms.choices import (
    NOT_A_CHOICE,
    Catalogue,
    RowsField,
    choices_to_give,
    language_choices,
    locality_choices,
)
from mutualaid.catalog.forms.distance_field import DistanceField
from mutualaid.catalog.language_names import spoken_in
from mutualaid.catalog.time_slot_field import WeekPartsBoxes
from mutualaid.forms.step_form import Folds, PageForm
from mutualaid.policy.limits import MOST_INVITATIONS_A_WEEK


@dataclass(frozen=True)
class Setting:
    """What the pages offer to choose from: the catalogue, and ids of the categories that are needed most.

    `is_near`: most needed near the areas of who reads it, and not in the whole place.
    """

    catalogue: Catalogue = field(default_factory=Catalogue)
    most_needed: Collection[int] = ()
    is_near: bool = False


class OfferPageForm(PageForm):
    def __init__(
        self, data: Mapping[str, Any] | None = None, *, setting: Setting, initial: Any = None
    ) -> None:
        self.setting = setting
        super().__init__(data, initial=initial)
        self.arrange()

    def arrange(self) -> None:
        """Offer what there is to choose from."""

    def heading(self) -> BoundField:
        return self.plain_fields()[0]

    def _rows(self, name: str) -> RowsField:
        return cast(RowsField, self.fields[name])


class WhatForm(OfferPageForm):
    categories = RowsField(
        label=_("What can you do?"),
        error_messages={"required": _("Choose at least one thing you can do."), **NOT_A_CHOICE},
    )

    def arrange(self) -> None:
        catalogue, needed = self.setting.catalogue, self.setting.most_needed
        title = _("Most needed near you") if self.setting.is_near else _("Most needed now")
        choices = partial(choices_to_give, catalogue, needed, title)
        self._rows("categories").offer(catalogue.to_give, choices)


class WhereForm(OfferPageForm):
    """Which areas, and how far beyond them."""

    localities = RowsField(
        label=_("Where can you help?"),
        help_text=_("A wider area counts for all that is in it."),
        error_messages={"required": _("Choose at least one area."), **NOT_A_CHOICE},
    )
    reach_km = DistanceField(
        label=_("How far beyond these areas would you go?"),
        most_km=500,
        initial=3,
        error_messages={"required": _("Write how far, such as 3. Write 0 to stay in these areas.")},
    )

    def arrange(self) -> None:
        catalogue = self.setting.catalogue
        choices = partial(locality_choices, catalogue)
        self._rows("localities").offer(catalogue.localities, choices)


class WhenForm(OfferPageForm):
    week_parts = WeekPartsBoxes(
        label=_("When are you mostly free?"),
        help_text=_(
            "We'll ask you only about these times. Choose none if it changes from week to week."
        ),
    )


class LimitsForm(OfferPageForm):
    """How much someone does in a week, and how often they are asked: `None` is as often as the group asks."""

    per_week = forms.IntegerField(
        label=_("How many tasks a week, at most?"),
        min_value=1,
        max_value=50,
        initial=2,
        help_text=_("We won't ask you for more. You can always say no."),
        error_messages={"required": _("Write how many tasks a week, such as 2.")},
    )
    invitations_per_week = forms.IntegerField(
        label=_("How many times a week may we ask you, at most?"),
        min_value=0,
        max_value=MOST_INVITATIONS_A_WEEK,
        required=False,
        help_text=_("Leave it empty if you don't mind. With 0 we won't ask you at all."),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Write a number from 0 to 50.")
        ),
    )
    folds: Folds = ((_("How often we ask you"), ("invitations_per_week",)),)


class AboutForm(OfferPageForm):
    languages = RowsField(
        label=_("Which languages do you speak?"),
        error_messages={"required": _("Choose at least one language."), **NOT_A_CHOICE},
    )
    has_vehicle = forms.BooleanField(label=_("I have a car, van or cargo bike"), required=False)

    def arrange(self) -> None:
        catalogue = self.setting.catalogue
        self._rows("languages").offer(catalogue.languages, partial(language_choices, catalogue))
        self.fields["languages"].initial = [spoken_in(get_language() or "en")]


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
