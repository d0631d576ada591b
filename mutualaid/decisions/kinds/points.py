"""The points of the matcher as something to decide about: who is invited first."""

import json
import math
from dataclasses import asdict
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.decisions.effects import EffectKind, Values, register
from mutualaid.decisions.models import Decision, Weight
from mutualaid.decisions.set_by_two import beneath
from mutualaid.local_time import format_value
from mutualaid.matching.actions import change_weights
from mutualaid.matching.models import ScoringWeights, current_points
from mutualaid.matching.scoring import STARTING
from mutualaid.singleton.history import ChangedValue

KIND = "points"
NAMES = tuple(asdict(STARTING))


class PointsForm(forms.ModelForm[ScoringWeights]):
    """The points in force, without what two have set for some days; it gives those that were changed."""

    lead = gettext_lazy(
        "Whoever has the most points is invited first. Each of these gives up to 100."
    )

    class Meta:
        model = ScoringWeights
        fields: ClassVar = NAMES

    def __init__(self, data: Any = None) -> None:
        now = beneath(KIND, in_force())
        super().__init__(data, instance=ScoringWeights(pk=ScoringWeights.ONLY, **now))
        self.initial = {name: _plain(value) for name, value in self.initial.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.has_changed():
            raise ValidationError(_("Choose what you want to change."))
        return cleaned

    def stored(self) -> Values:
        """Return the points to propose, once the form is valid."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


def in_force() -> dict[str, float]:
    """Return the points in force by their names."""
    return {name: float(value) for name, value in asdict(current_points()).items()}


def in_force_locked() -> dict[str, float]:
    """Return the points in force, and lock them until the end of the transaction."""
    ScoringWeights.objects.get_or_create(pk=ScoringWeights.ONLY)
    list(ScoringWeights.objects.select_for_update())
    return in_force()


def check(values: Values) -> None:
    """Raises `ValidationError` where a name or a number is none of the points, or nothing would change."""
    if not values or set(values) - set(NAMES):
        raise ValidationError(_("Choose what you want to change."))
    if not all(_is_a_number(value) for value in values.values()):
        raise ValidationError(_("Write a number from 0 to 100."))
    before = in_force()
    ScoringWeights(**before | values).clean_fields(exclude=["id"])
    if all(beneath(KIND, before)[name] == value for name, value in values.items()):
        raise ValidationError(_("This is so already."))


def base(values: Values) -> str:
    """Return the points in force, without what two coordinators set for some days. Locks them."""
    now = in_force_locked()
    return json.dumps(beneath(KIND, {name: now.get(name) for name in values}), sort_keys=True)


def describe(values: Values, before: str = "") -> list[ChangedValue]:
    """Return what would change; `before` is the `base` that a stored proposal was opened on."""
    was: dict[str, float] = json.loads(before) if before else beneath(KIND, in_force())
    known = [name for name in values if name in NAMES]
    return [
        ChangedValue(
            _label(name), format_value(_plain(was[name])), format_value(_plain(values[name]))
        )
        for name in known
    ]


def subjects(values: Values) -> list[str]:
    """Return each of the points with their name in front."""
    return [f"{KIND}.{name}" for name in values]


def carry_out(values: Values, *, decision: Decision) -> None:
    """Let the next match count with these points."""
    change_weights(values, by=None, is_decided=True)


def _is_a_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _plain(value: float) -> float:
    """Whole points without ".0"."""
    return int(value) if float(value).is_integer() else value


def _label(name: str) -> str:
    field: Any = ScoringWeights._meta.get_field(name)
    return str(field.verbose_name)


register(
    EffectKind(
        KIND,
        gettext_lazy("who is invited first"),
        weight=Weight.LIGHT,
        form=PointsForm,
        base=base,
        describe=describe,
        carry_out=carry_out,
        subjects=subjects,
        check=check,
    )
)
