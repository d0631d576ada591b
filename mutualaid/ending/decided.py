"""The end of a group as something that its members decide about, where they decide together (ADR 107)."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.decisions.effects import EffectKind, Values, register
from mutualaid.decisions.models import Decision, Weight
from mutualaid.decisions.outcomes import THRESHOLDS
from mutualaid.ending.actions import OnlyADemo, ProposedAlready, WrongDays, begin_as_decided
from mutualaid.ending.forms import DaysForm
from mutualaid.ending.models import WindingDown
from mutualaid.local_time import format_day
from mutualaid.singleton.history import ChangedValue
from mutualaid.transitions import StateChanged

KIND = "winding_down"
DECIDED_IN = THRESHOLDS[Weight.HEAVY].lasts + timedelta(days=1)
"""The time to answer, and a day for a late sweep."""


class DecidedDaysForm(DaysForm):
    decided_in = DECIDED_IN


def is_possible() -> bool:
    """Not in the demo, nor where the group winds down already."""
    return not settings.DEMO and not WindingDown.objects.agreed().exists()


def check(values: Values) -> None:
    """Raises `ValidationError` where the days do not leave time to everyone."""
    if not DecidedDaysForm(values).is_valid():
        raise ValidationError(_("Choose days that leave everyone time to answer and to find out."))


def base(values: Values) -> str:
    """Return nothing: what has begun meanwhile refuses the rest."""
    return ""


def describe(values: Values, before: str = "") -> list[ChangedValue]:
    """Return the two days."""
    labels = {name: field.label for name, field in DecidedDaysForm.base_fields.items()}
    days = {name: date.fromisoformat(values[name]) for name in labels if name in values}
    return [ChangedValue(str(labels[name]), "–", format_day(day)) for name, day in days.items()]


def carry_out(values: Values, *, decision: Decision) -> None:
    """Begin to wind down. Raises `StateChanged` where it has begun, or too few days are left."""
    days = {name: date.fromisoformat(values[name]) for name in ("closes_on", "erases_on")}
    try:
        begin_as_decided(proposed_by=decision.opened_by, **days)
    except (OnlyADemo, ProposedAlready, WrongDays) as refused:
        raise StateChanged(KIND) from refused


register(
    EffectKind(
        KIND,
        gettext_lazy("winding down our group"),
        weight=Weight.HEAVY,
        form=DecidedDaysForm,
        base=base,
        describe=describe,
        carry_out=carry_out,
        is_possible=is_possible,
        check=check,
    )
)
