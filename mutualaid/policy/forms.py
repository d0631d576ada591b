"""The form of the policy: it writes only what its user changed, whatever others changed meanwhile."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext as _

from mutualaid.admin.careful_form import CarefulForm
from mutualaid.forms.stale import SEEN, Conflict, is_untouched, seen_again
from mutualaid.policy.environment import first_policy
from mutualaid.policy.models import Policy, PolicyChange


class PolicyForm(CarefulForm, forms.ModelForm[Policy]):
    class Meta:
        model = Policy
        fields: ClassVar = [field.name for field in Policy.value_fields()]
        widgets: ClassVar = {
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            for name in ("quiet_from", "quiet_until")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for model_field in Policy.value_fields():
            field = self.fields.get(model_field.name)  # whoever may only look has none
            if isinstance(field, forms.IntegerField | forms.FloatField):
                field.validators = []  # the model's say both bounds in one sentence
                _set_bounds(field, model_field.validators)

    def current(self) -> Mapping[str, object]:
        rows = Policy.objects.select_for_update() if self.is_bound else Policy.objects.all()
        row = rows.filter(pk=Policy.ONLY).first() or first_policy()
        return {field.name: getattr(row, field.name) for field in Policy.value_fields()}

    def who_changed(self, name: str) -> str:
        changes = PolicyChange.objects.filter(changes__has_key=name).select_related("by")
        latest = changes.order_by("version").last()
        return str(latest.by) if latest and latest.by else _("the site")

    def clean(self) -> dict[str, Any]:
        """Put the current values where the user changed nothing: some rules are about several fields."""
        cleaned = super().clean()
        seen = self.data.get(self.add_prefix(SEEN), "")
        current = {
            name: value
            for name, value in self.current().items()
            if name in cleaned and is_untouched(seen, name, cleaned[name])
        }
        changed_by_others = {name: v for name, v in current.items() if cleaned[name] != v}
        if changed_by_others:
            self._show(seen, changed_by_others)
        return cleaned | current

    def _show(self, seen: str, current: Mapping[str, Any]) -> None:
        """Let the form have these values, and have seen them, if it is shown once more."""
        data = cast(QueryDict, self.data).copy()
        for name, value in current.items():
            data.pop(self.add_prefix(name), None)
            if value is not False:  # a box without a tick sends nothing
                data[self.add_prefix(name)] = self.fields[name].prepare_value(value)
        as_seen = {name: Conflict(value, value) for name, value in current.items()}
        data[self.add_prefix(SEEN)] = seen_again(seen, as_seen)
        self.data = data


def _set_bounds(field: forms.Field, validators: Iterable[Any]) -> None:
    """Give the browser's number box the bounds of the model's validators."""
    for validator in validators:
        if isinstance(validator, MinValueValidator):
            field.widget.attrs["min"] = validator.limit_value
        elif isinstance(validator, MaxValueValidator):
            field.widget.attrs["max"] = validator.limit_value
