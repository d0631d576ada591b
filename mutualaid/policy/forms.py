"""The form of the policy: it writes only what its user changed, whatever others changed meanwhile."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _

from mutualaid.policy.actions import Conflict, conflicts
from mutualaid.policy.history import shown, values_at
from mutualaid.policy.models import Policy


class PolicyForm(forms.ModelForm[Policy]):
    """`changes` is what its user changed, once the form is valid; `seen` the version that they looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Policy
        fields: ClassVar = [field.name for field in Policy.value_fields()]
        widgets: ClassVar = {
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            for name in ("quiet_from", "quiet_until")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.version
        self.changes: dict[str, Any] = {}
        for model_field in Policy.value_fields():
            field = self.fields[model_field.name]
            if isinstance(field, forms.IntegerField | forms.FloatField):
                field.validators = []  # the model's tell the bounds in one sentence
                _set_bounds(field, model_field.validators)

    def clean(self) -> dict[str, Any]:
        """Keep what others changed, and say where they changed the same."""
        typed = super().clean() or self.cleaned_data
        row, seen = self.instance, typed.get("seen")
        if seen is None:
            raise ValidationError(_("Please open this page again. Nothing was saved."))
        before = values_at(seen, row)
        values = {name: value for name, value in typed.items() if name in before}
        self.changes = {name: value for name, value in values.items() if value != before[name]}
        untouched = values.keys() - self.changes.keys()
        typed |= {name: getattr(row, name) for name in untouched}
        for name, conflict in conflicts(row, self.changes, seen).items():
            self.add_error(name, _told(name, conflict))
        if seen != row.version:
            self._show_as_of_now(untouched)
        return typed

    def _show_as_of_now(self, untouched: set[str]) -> None:
        """If the form is shown again, it is a form of the present version."""
        data = dict(self.data.items())
        for name in untouched:
            value = getattr(self.instance, name)
            data.pop(self.add_prefix(name), None)
            if value is not False:
                data[self.add_prefix(name)] = self[name].field.prepare_value(value)
        data[self.add_prefix("seen")] = self.instance.version
        self.data = data


def _set_bounds(field: forms.Field, validators: list[Any]) -> None:
    for validator in validators:
        if isinstance(validator, MinValueValidator):
            field.widget.attrs["min"] = validator.limit_value
        elif isinstance(validator, MaxValueValidator):
            field.widget.attrs["max"] = validator.limit_value


def _told(name: str, conflict: Conflict) -> str:
    return _(
        "%(who)s changed this from %(was)s to %(theirs)s while you were looking. You wrote %(yours)s."
        " Nothing is saved yet: choose one and save again."
    ) % {
        "who": conflict.change.by or _("the site"),
        "was": shown(name, conflict.was),
        "theirs": shown(name, conflict.theirs),
        "yours": shown(name, conflict.yours),
    }
