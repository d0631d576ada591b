"""The time slots of a week as a column, and as a form field: six boxes to tick, or none."""

from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst

from mutualaid.catalog.forms.choices import NOT_A_CHOICE
from mutualaid.catalog.time_slots import ANY_TIME, PARTS


class WeekPartsBoxes(forms.TypedMultipleChoiceField):
    """Cleans to the bits of `time_slots`; where nothing is ticked, to any time."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "choices": list(PARTS.items()),
            "coerce": int,
            "required": False,
            "error_messages": NOT_A_CHOICE,
        }
        super().__init__(**defaults | kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the boxes to tick: none for any time; what was sent comes back as sent."""
        if not isinstance(value, int):
            return value
        return [] if value == ANY_TIME else [part for part in PARTS if part & value]

    def clean(self, value: Any) -> int:
        return sum(set(super().clean(value))) or ANY_TIME

    def has_changed(self, initial: Any, data: Any) -> bool:
        return {str(part) for part in self.prepare_value(initial) or []} != set(data or [])


class WeekPartsField(models.PositiveSmallIntegerField[int, int]):
    """A column of bits of `time_slots`; `nothing` is what an erased one holds (`retention.erasing`)."""

    nothing = ANY_TIME

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": ANY_TIME} | kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        kept = {name: kwargs[name] for name in ("label", "help_text") if name in kwargs}
        return WeekPartsBoxes(**{"label": capfirst(self.verbose_name)} | kept)
