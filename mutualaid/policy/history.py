"""What was changed in the policy, by whom and when, for people to read."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.formats import localize
from django.utils.translation import gettext as _

from mutualaid.policy.models import Policy, PolicyChange


class ChangedValue(NamedTuple):
    label: str
    was: str
    now: str


class Entry(NamedTuple):
    """One write. `who` is empty for the site itself."""

    at: datetime
    who: str
    values: list[ChangedValue]
    is_first: bool


def entries(newest: int = 200) -> Iterator[Entry]:
    """Yield the changes, the newest first."""
    for change in PolicyChange.objects.select_related("by")[:newest]:
        values = [changed_value(name, was, now) for name, (was, now) in change.changes.items()]
        yield Entry(change.at, str(change.by or ""), values, change.version == 1)


def values_at(version: int, row: Policy) -> dict[str, Any]:
    """Return {field: value} of the policy as it was at `version`, going back from `row`."""
    values = {field.name: getattr(row, field.name) for field in Policy.value_fields()}
    for change in PolicyChange.objects.filter(version__gt=max(version, 1)):
        for name, (was, _now) in change.changes.items():
            values[name] = Policy._meta.get_field(name).to_python(was)  # type: ignore[union-attr]
    return values


def changed_value(name: str, was: Any, now: Any) -> ChangedValue:
    return ChangedValue(label_of(name), shown(name, was), shown(name, now))


def label_of(name: str) -> str:
    return str(Policy._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def shown(name: str, value: Any) -> str:
    """A value of the field `name`, also as JSON holds it, as people write it."""
    field: Any = Policy._meta.get_field(name)
    value = field.to_python(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(localize(value))
