"""The history of the policy, for people to read: what was changed, by whom and when."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.formats import localize
from django.utils.translation import gettext as _

from mutualaid.policy.models import Policy, PolicyChange


class ChangedValue(NamedTuple):
    """The label of a field, and its value before and after, as people write them."""

    label: str
    was: str
    now: str


class Entry(NamedTuple):
    """One write of the policy. `who` is "" for the site itself; `is_first` for the values it began with."""

    at: datetime
    who: str
    values: list[ChangedValue]
    is_first: bool


def entries(newest: int = 200) -> Iterator[Entry]:
    """Yield the latest `newest` changes, the latest first."""
    for change in PolicyChange.objects.select_related("by")[:newest]:
        values = [changed_value(name, was, now) for name, (was, now) in change.changes.items()]
        yield Entry(change.at, str(change.by or ""), values, change.version == 1)


def labels(change: PolicyChange) -> list[str]:
    """Return the labels of the fields that a change wrote."""
    return [_label(name) for name in change.changes]


def changed_value(name: str, was: Any, now: Any) -> ChangedValue:
    return ChangedValue(_label(name), _displayed(name, was), _displayed(name, now))


def _label(name: str) -> str:
    return str(Policy._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _displayed(name: str, value: Any) -> str:
    """Return a value of the field `name`, which may be as JSON holds it, as people write it."""
    field: Any = Policy._meta.get_field(name)
    value = field.to_python(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(localize(value))
