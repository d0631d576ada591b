"""The form of the policy, with its bounds in the browser's boxes."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from mutualaid.policy.environment import first_policy
from mutualaid.policy.models import Policy, PolicyChange
from mutualaid.policy.models.in_common import DECIDED_ONLY
from mutualaid.singleton.forms import SingletonForm

DECIDE_FIRST = _(
    "Only members decide about this. Begin to decide together first. Then someone can propose it."
)


class PolicyForm(SingletonForm, forms.ModelForm[Policy]):
    history = PolicyChange

    class Meta:
        model = Policy
        fields: ClassVar = [field.name for field in Policy.value_fields()]
        widgets: ClassVar = {
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            for name in ("quiet_from", "quiet_until")
        } | {"asking_paused_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for model_field in Policy.value_fields():
            field = self.fields.get(model_field.name)  # whoever may only look has none
            if isinstance(field, forms.IntegerField | forms.FloatField):
                field.validators = []  # the model's say both bounds in one sentence
                _set_bounds(field, model_field.validators)

    def first(self) -> Policy:
        return first_policy()

    def check_changes(self) -> None:
        """Refuse what only members decide while they don't: where they do, a proposal takes its place."""
        if not self.current()["has_decisions"]:
            for name in sorted(DECIDED_ONLY & self.to_write.keys()):
                self.add_error(name, DECIDE_FIRST)


def _set_bounds(field: forms.Field, validators: Iterable[Any]) -> None:
    """Give the browser's number box the bounds of the model's validators."""
    for validator in validators:
        if isinstance(validator, MinValueValidator):
            field.widget.attrs["min"] = validator.limit_value
        elif isinstance(validator, MaxValueValidator):
            field.widget.attrs["max"] = validator.limit_value
