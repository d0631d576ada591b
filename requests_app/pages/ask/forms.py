"""The questions about a task. Each form is one page; it checks the shape of answers, actions the rules."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS as WEEKDAY_LABELS
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.forms.choices import (
    NOT_A_CHOICE,
    Catalogue,
    Grouped,
    Row,
    RowField,
    RowsField,
    group_choices_with_icons,
    grouped_kind_choices,
    kind_choices,
    locality_choices,
)
from mutualaid.catalog.models import Category
from mutualaid.catalog.time_slot_field import WeekPartsBoxes
from mutualaid.forms.step_form import Folds, PageForm, TrapField
from mutualaid.forms.typed_text import TextField
from mutualaid.promises import PROMISES, Field, who_sees_this
from requests_app.states import Urgency

RRULE_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAY_CHOICES = [(code, WEEKDAY_LABELS[number]) for number, code in enumerate(RRULE_WEEKDAYS)]
ONE_WEEK, HALF_A_YEAR = timedelta(days=7), timedelta(days=183)
"""The least and the most time for which a need repeats (ADR 30)."""


@dataclass(frozen=True)
class EarlierChoices:
    """What a page of questions depends on: the group and the categories chosen before, and the catalogue."""

    catalogue: Catalogue = field(default_factory=Catalogue)
    group: Category | None = None
    kinds: Sequence[Category] = ()
    is_for_someone_else: bool = False
    offers_partners: bool = False
    """Whether to ask if neighbouring groups may be asked too."""


class StepForm(PageForm):
    """A page of questions that may depend on earlier answers."""

    def __init__(self, data: Any = None, *, earlier: EarlierChoices) -> None:
        self.earlier = earlier
        super().__init__(data)
        self.arrange()

    def arrange(self) -> None:
        """Fit the fields to the earlier answers: offer choices, and drop what is not asked."""

    def _offer(self, name: str, rows: Iterable[Row], choices: Callable[[], Any]) -> None:
        """Let `rows` be chosen in the field `name`; `choices` makes their labels when it is drawn."""
        cast(RowField | RowsField, self.fields[name]).offer(rows, choices)


class WhatForm(StepForm):
    group = RowField(
        label=_("What do you need?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you need."),
            "invalid_choice": _("Choose one of these."),
        },
    )

    def arrange(self) -> None:
        super().arrange()
        catalogue = self.earlier.catalogue
        self._offer("group", catalogue.groups, partial(group_choices_with_icons, catalogue))


MOST_KINDS = 5
"""In one ask. Assumed, not measured."""


class KindsForm(StepForm):
    """The categories of the group that was chosen; `category` takes one or several."""

    def arrange(self) -> None:
        super().arrange()
        group = self.earlier.group
        kinds = self.earlier.catalogue.kinds_of(group) if group else []
        self._offer("category", kinds, partial(kind_choices, kinds))


class KindForm(KindsForm):
    category = RowsField(
        label=_("Which of these? You can choose more than one."),
        error_messages={"required": _("Choose the nearest one."), **NOT_A_CHOICE},
    )

    def clean_category(self) -> list[Category]:
        chosen: list[Category] = self.cleaned_data["category"]
        if len(chosen) > MOST_KINDS:
            raise ValidationError(_("Choose five at most. You can ask for more afterwards."))
        return chosen


class OneKindForm(KindsForm):
    """For a need that exists already: it has one category."""

    category = RowField(
        label=_("Which of these is nearest?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the nearest one."), **NOT_A_CHOICE},
    )


class WhereForm(StepForm):
    locality = RowField(
        label=_("Which area is it in?"),
        help_text=PROMISES["area_only"],
        error_messages={
            "required": _("Choose your area."),
            "invalid_choice": _("Choose one of the areas in the list."),
        },
    )

    def arrange(self) -> None:
        super().arrange()
        catalogue = self.earlier.catalogue
        choices = partial(_with_empty_choice, _("Choose an area"), locality_choices, catalogue)
        self._offer("locality", catalogue.localities, choices)


class WhenForm(StepForm):
    """How soon, and, where a chosen category may repeat, on which days of the week until when."""

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
        label=_("Do you need it by a certain day?"),
        required=False,
        help_text=_("You can leave this empty."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like this: 2026-12-31.")},
    )
    week_parts = WeekPartsBoxes(
        label=_("When would be good for you?"),
        help_text=_(
            "We ask only people who are free then. Choose all that are good,"
            " or none if any time is good."
        ),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("On which days?"),
        choices=WEEKDAY_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("You can leave this empty."),
        error_messages=NOT_A_CHOICE,
    )
    repeat_until = forms.DateField(
        label=_("Until which day?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like this: 2026-12-31.")},
    )

    folds: Folds = (
        (_("A certain day, or good times"), ("needed_by", "week_parts")),
        (_("I need it every week"), ("weekdays", "repeat_until")),
    )

    def arrange(self) -> None:
        super().arrange()
        if not any(kind.may_repeat for kind in self.earlier.kinds):
            del self.fields["weekdays"], self.fields["repeat_until"]

    def clean_needed_by(self) -> date | None:
        day: date | None = self.cleaned_data["needed_by"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This day has passed. Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        super().clean()
        weekdays, until = (self.cleaned_data.get(name) for name in ("weekdays", "repeat_until"))
        if "repeat_until" in self.fields and not self.errors and bool(weekdays) != bool(until):
            empty = "repeat_until" if weekdays else "weekdays"
            self.add_error(
                empty, _("For something you need every week, say the days and until when.")
            )
        return self.cleaned_data

    def clean_repeat_until(self) -> date | None:
        day: date | None = self.cleaned_data["repeat_until"]
        today = timezone.localdate()
        if day and not today + ONE_WEEK <= day <= today + HALF_A_YEAR:
            raise ValidationError(
                _("Choose a day at least a week and at most half a year from now.")
            )
        return day


class DetailsForm(StepForm):
    """What to know, and, where a chosen category asks for it, how many people and helpers."""

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
    notes = TextField(
        label=_("Is there anything the helper should know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=format_lazy(
            "{} {}",
            _("For example: what to buy, stairs, pets. You can leave it empty."),
            who_sees_this(Field.NOTES),
        ),
    )

    def arrange(self) -> None:
        super().arrange()
        if not any(kind.asks_quantity for kind in self.earlier.kinds):
            del self.fields["people_count"]
        if not any(kind.asks_helpers for kind in self.earlier.kinds):
            del self.fields["helpers_wanted"]


class AnotherKindForm(StepForm):
    """For one more need of an ask: a category out of all groups."""

    category = RowField(
        label=_("What else do you need?"),
        error_messages={"required": _("Choose the nearest one."), **NOT_A_CHOICE},
    )

    def arrange(self) -> None:
        super().arrange()
        catalogue = self.earlier.catalogue
        choices = partial(_with_empty_choice, _("Choose one"), grouped_kind_choices, catalogue)
        self._offer("category", catalogue.categories, choices)


class AnotherNeedForm(AnotherKindForm, WhereForm, WhenForm, DetailsForm):
    """Everything that is asked about one more need, on one page: the same as of a first one."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    """Names this page, so that sent twice it adds one need."""
    website = TrapField()

    field_order = (
        "category", "locality", "urgency", "needed_by", "week_parts", "weekdays", "repeat_until",
        "people_count", "helpers_wanted", "notes",
    )  # fmt: skip
    ALWAYS_SENT = ("locality", "repeat_until", "people_count", "helpers_wanted")
    """A browser sends these even if they are empty, unlike radio buttons and checkboxes."""

    def was_shown(self) -> bool:
        """Whether the page that was sent had all questions for this category.

        It had not if the category is only now chosen, or was changed for one that asks for more.
        """
        return all(name in self.data for name in self.ALWAYS_SENT if name in self.fields)


def _with_empty_choice(
    label: Promise, choices: Callable[[Catalogue], Grouped], catalogue: Catalogue
) -> list[tuple[str, Any]]:
    """The choices of a drop-down list, with one for "nothing chosen yet" first."""
    return [("", label), *choices(catalogue)]
