"""Values of the policy as something to decide about: most are light, a few weigh more."""

import json
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.decisions.effects import EffectKind, Values, as_json, register
from mutualaid.decisions.models import Decision, Weight
from mutualaid.decisions.set_by_two import beneath
from mutualaid.policy.actions import change_policy, make_policy
from mutualaid.policy.current import read_policy
from mutualaid.policy.forms import PolicyForm
from mutualaid.policy.models import Policy
from mutualaid.policy.models.in_common import DECIDED_ONLY
from mutualaid.singleton.history import ChangedValue, changed_value

LIGHT_KIND, HEAVY_KIND = "policy", "policy_heavy"
DAY_TO_DAY = frozenset(
    ("asking_paused", "asking_paused_words", "asking_paused_until", "meeting_words")
)
"""What coordinators say from day to day. These are no rules, and no one votes on them."""
HEAVY_VALUES = frozenset(
    (
        "has_decisions", "has_pot", "has_record", *DECIDED_ONLY, "erase_days", "erase_preview_days",
        "unconfirmed_account_days", "record_days", "block_days", "backup_days",
    )
)  # fmt: skip
"""The switches, and what can't be undone: what was erased stays so."""
_ALL = tuple(field.name for field in Policy.value_fields())
LIGHT_VALUES = tuple(name for name in _ALL if name not in HEAVY_VALUES | DAY_TO_DAY)


class _ValuesForm(PolicyForm):
    """A form of some values as they are in force; it gives those that were changed."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, instance=read_policy().draft())

    def add_error(self, field: str | None, error: Any) -> None:
        """Leave out what a rule says beside a value that this form does not ask for."""
        messages = getattr(error, "error_dict", None)
        if field is None and messages:
            error = ValidationError(
                {name: messages[name] for name in messages if name in self.fields}
            )
        super().add_error(field, error)

    def stored(self) -> Values:
        """Return the values to propose, once the form is valid."""
        return as_json(self.to_write)


class LightForm(_ValuesForm):
    class Meta(PolicyForm.Meta):
        fields: ClassVar = list(LIGHT_VALUES)


class HeavyForm(_ValuesForm):
    class Meta(PolicyForm.Meta):
        fields: ClassVar = [name for name in _ALL if name in HEAVY_VALUES]


def kind_for(names: set[str]) -> str:
    """Return the kind that decides about these values together: heavy where one of them is."""
    return HEAVY_KIND if names & HEAVY_VALUES else LIGHT_KIND


def check_light(values: Values) -> None:
    """Raises `ValidationError` for values that weigh more, beside what `check` raises."""
    if set(values) & HEAVY_VALUES:
        raise ValidationError(_("One of these is a bigger decision. Propose it as one."))
    check(values)


def check(values: Values) -> None:
    """Raises `ValidationError` where the values are none of the policy's, don't fit, or change nothing."""
    if not values or set(values) - set(_ALL) or set(values) & DAY_TO_DAY:
        raise ValidationError(_("Choose what you want to change."))
    row = read_policy().draft()
    before = beneath(LIGHT_KIND, as_json({name: row.values()[name] for name in values}))
    row.set_values(as_held(values))
    row.validate()
    if as_json({name: row.values()[name] for name in values}) == before:
        raise ValidationError(_("This is so already."))


def values_beneath() -> Values:
    """Return all values in force, without what two coordinators have set for some days."""
    return beneath(LIGHT_KIND, as_json(read_policy().values()))


def base(values: Values) -> str:
    """Return the values in force, without what two coordinators set for some days. Locks the policy.

    None for a value that a later release no longer has, so that what is about it can be closed.
    """
    make_policy()
    row = Policy.objects.select_for_update().get(pk=Policy.ONLY)
    held = row.values()
    current = as_json({name: held.get(name) for name in values})
    return json.dumps(beneath(LIGHT_KIND, current), sort_keys=True)


def describe(values: Values, before: str = "") -> list[ChangedValue]:
    """Return what would change; `before` is the `base` that a stored proposal was opened on."""
    was = json.loads(before) if before else values_beneath()
    known = [name for name in values if name in _ALL]
    return [changed_value(Policy, name, was.get(name), values[name]) for name in known]


def subjects(values: Values) -> list[str]:
    """Return each value with the name of the policy in front."""
    return [f"{LIGHT_KIND}.{name}" for name in values]


def carry_out(values: Values, *, decision: Decision) -> None:
    """Write a new version of the policy. Raises `ValidationError` where others no longer fit these."""
    change_policy(by=None, changes=as_held(values), is_decided=True)


def as_held(values: Values) -> dict[str, Any]:
    """Return values as a model holds them. Raises `ValidationError` for what is none."""
    fields = {name: cast(Any, Policy._meta.get_field(name)) for name in values}
    return {name: fields[name].to_python(value) for name, value in values.items()}


register(
    EffectKind(
        LIGHT_KIND,
        gettext_lazy("how our group works"),
        weight=Weight.LIGHT,
        form=LightForm,
        base=base,
        describe=describe,
        carry_out=carry_out,
        subjects=subjects,
        check=check_light,
    )
)
register(
    EffectKind(
        HEAVY_KIND,
        gettext_lazy("what we do in common, and how long we keep what"),
        weight=Weight.HEAVY,
        form=HeavyForm,
        base=base,
        describe=describe,
        carry_out=carry_out,
        subjects=subjects,
        check=check,
    )
)
