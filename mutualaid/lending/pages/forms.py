"""What someone fills in about a thing."""

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.catalog.forms.choices import (
    Catalogue,
    Grouped,
    RowField,
    kind_choices,
    locality_choices,
)
from mutualaid.catalog.models import Category, Locality
from mutualaid.forms.typed_text import LineField
from mutualaid.lending.actions.things import ThingDetails
from mutualaid.lending.models import MOST_LOAN_DAYS, MOST_OF_A_THING, Thing, ThingQuerySet
from mutualaid.lending.states import Mode
from mutualaid.lending.titles import MOST_LETTERS, check_title

WRITE_THE_DAY = gettext_lazy("Write the day like this: 2026-12-31.")


def kinds_of_things(catalogue: Catalogue) -> list[Category]:
    """The kinds in which things are listed: those that can be asked for and are not private."""
    return [kind for kind in catalogue.categories if not kind.sensitive]


def _grouped(catalogue: Catalogue) -> Grouped:
    kinds = set(kinds_of_things(catalogue))
    groups = [(group, catalogue.kinds_of(group)) for group in catalogue.groups]
    return [
        (group.label, kind_choices(kind for kind in inside if kind in kinds))
        for group, inside in groups
        if kinds.intersection(inside)
    ]


class TitleField(LineField):
    """What a thing is called; see `check_title`."""

    def clean(self, value: Any) -> str:
        """Raises `ValidationError` for a title that says how to reach someone."""
        title: str = super().clean(value)
        return check_title(title)


class ThingForm(forms.Form):
    title = TitleField(
        label=gettext_lazy("What is it?"),
        max_length=MOST_LETTERS,
        help_text=gettext_lazy("Like: a ladder, 3 metres. Without a phone number or a link."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write what it is, in a few words.")},
    )
    category = RowField(
        label=gettext_lazy("Which kind is nearest?"),
        error_messages={
            "required": gettext_lazy("Choose the nearest one."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    locality = RowField(
        label=gettext_lazy("Which area is it in?"),
        error_messages={
            "required": gettext_lazy("Choose your area."),
            "invalid_choice": gettext_lazy("Choose one of the areas in the list."),
        },
    )
    total = forms.IntegerField(
        label=gettext_lazy("How many are there?"),
        min_value=1,
        max_value=MOST_OF_A_THING,
        initial=1,
        error_messages={
            "required": gettext_lazy("Write a number from 1 to 99."),
            "invalid": gettext_lazy("Write a number from 1 to 99."),
            "min_value": gettext_lazy("Write a number from 1 to 99."),
            "max_value": gettext_lazy("Write a number from 1 to 99."),
        },
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Can they keep it?"),
        choices=[
            (Mode.GIVE, gettext_lazy("Yes, I give it away")),
            (Mode.LEND, gettext_lazy("No, I lend it")),
            (Mode.SURPLUS, gettext_lazy("It is left over, until this evening")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose to give or to lend."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    lend_days = forms.IntegerField(
        label=gettext_lazy("If you lend it, for how many days?"),
        min_value=1,
        max_value=MOST_LOAN_DAYS,
        required=False,
        help_text=gettext_lazy("At most 28. You can add days later."),
        error_messages={
            "invalid": gettext_lazy("Write a number from 1 to 28."),
            "min_value": gettext_lazy("Write a number from 1 to 28."),
            "max_value": gettext_lazy("Write a number from 1 to 28."),
        },
    )
    until = forms.DateField(
        label=gettext_lazy("Can people get it only until a certain day?"),
        required=False,
        help_text=gettext_lazy("You can leave this empty."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": WRITE_THE_DAY},
    )

    def __init__(self, data: Any, *, thing: Thing | None = None, area: Locality | None = None):
        super().__init__(data, initial=_initial(thing, area))
        catalogue = Catalogue(to_ask=True)
        empty: list[tuple[str, str | Promise]] = [("", _("Choose one"))]
        kind: Any = self.fields["category"]
        kind.offer(kinds_of_things(catalogue), lambda: [*empty, *_grouped(catalogue)])
        where: Any = self.fields["locality"]
        where.offer(catalogue.localities, lambda: [*empty, *locality_choices(catalogue)])

    def details(self) -> ThingDetails:
        """What a valid form says."""
        return ThingDetails(**self.cleaned_data)


def _initial(thing: Thing | None, area: Locality | None) -> dict[str, Any]:
    if thing is None:
        return {"locality": area} if area else {}
    names = "title", "category", "locality", "total", "mode", "lend_days", "until"
    return {name: getattr(thing, name) for name in names}


class HowManyForm(forms.Form):
    """How many someone could use, of those that are `left`."""

    def __init__(self, data: Any, *, left: int):
        super().__init__(data)
        self.fields["many"] = forms.IntegerField(
            label=gettext_lazy("How many could you use?"),
            min_value=1,
            max_value=left,
            initial=1,
            error_messages={
                "required": gettext_lazy("Write how many."),
                "invalid": gettext_lazy("Write how many."),
                "min_value": gettext_lazy("Write how many."),
                "max_value": gettext_lazy("There aren't so many left."),
            },
        )


class DayForm(forms.Form):
    """Until which day a loan goes on."""

    day = forms.DateField(
        label=gettext_lazy("Lend it until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose the day."), "invalid": WRITE_THE_DAY},
    )

    def day_or_none(self) -> date | None:
        return self.cleaned_data["day"] if self.is_valid() else None


class Filter(forms.Form):
    """Which things to show. A value that is no choice gets an error, and all are shown."""

    what = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    where = forms.ChoiceField(label=gettext_lazy("Where"), required=False)

    def __init__(self, data: Any):
        super().__init__(data)
        catalogue = Catalogue(to_ask=True)
        groups = [group for group in catalogue.groups if not group.sensitive]
        choices: dict[str, Any] = {
            "what": [("", _("Everything")), *((one.slug, one.label) for one in groups)],
            "where": [("", _("Everywhere")), *locality_choices(catalogue)],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def things(self) -> ThingQuerySet:
        """Those that everyone may see and that fit what was chosen."""
        found: ThingQuerySet = Thing.objects.shown()
        if not self.is_valid():
            return found
        if slug := self.cleaned_data["what"]:
            found = found.filter(category__in=Category.objects.get(slug=slug).family)
        if slug := self.cleaned_data["where"]:
            area = Locality.objects.select_related("parent").get(slug=slug)
            found = found.filter(locality__in=[*area.with_ancestors(), *area.with_descendants()])
        return found
