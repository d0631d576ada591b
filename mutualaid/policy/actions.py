"""Writing the policy: the one way, for the admin, commands and tests."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from mutualaid.policy import reading
from mutualaid.policy.environment import first_policy, given_by_environment
from mutualaid.policy.history import values_at
from mutualaid.policy.models import Policy, PolicyChange


class Conflict(NamedTuple):
    """A value that was changed by somebody while another had the form open."""

    was: Any
    theirs: Any
    yours: Any
    change: PolicyChange


class PolicyConflict(Exception):
    """Values were changed since the caller looked. `conflicts` is {field: Conflict}; nothing is written."""

    def __init__(self, conflicts: dict[str, Conflict]) -> None:
        super().__init__(", ".join(conflicts))
        self.conflicts = conflicts


@transaction.atomic
def make_policy() -> bool:
    """Store the first values if there is no policy yet; returns whether it was made now.

    Raises `BadEnvironment`.
    """
    if Policy.objects.filter(pk=Policy.ONLY).exists():
        return False
    first = first_policy()
    values = {field.name: getattr(first, field.name) for field in Policy.value_fields()}
    _row, is_new = Policy.objects.get_or_create(pk=Policy.ONLY, defaults=values | {"version": 1})
    if is_new:
        PolicyChange.objects.create(version=1, changes=given_by_environment(first))
        reading.forget()
    return is_new


@transaction.atomic
def change_policy(
    *, by: AbstractBaseUser | None, changes: Mapping[str, Any], seen: int | None = None
) -> PolicyChange | None:
    """Change these fields, and write into the history who did it; None where nothing is different.

    Args:
        by: Who changes it; None is the site itself.
        changes: {field: new value}.
        seen: The version that `by` looked at, to find what others have changed since; None: any.

    Raises `ValueError` for a field that the policy does not have, `ValidationError` where the values do
    not fit, and `PolicyConflict` where one of these fields has got another value since `seen`.
    """
    make_policy()
    row = Policy.objects.select_for_update().get(pk=Policy.ONLY)
    names = {field.name for field in Policy.value_fields()}
    if unknown := changes.keys() - names:
        raise ValueError(f"no values of the policy: {', '.join(sorted(unknown))}")
    before = {name: getattr(row, name) for name in names}
    if seen is not None and (found := conflicts(row, changes, seen)):
        raise PolicyConflict(found)
    for name, value in changes.items():
        setattr(row, name, value)
    row.validate()
    changed = {
        name: [before[name], getattr(row, name)]
        for name in changes
        if getattr(row, name) != before[name]
    }
    if not changed:
        return None
    row.version += 1
    row.save()
    reading.forget()
    return PolicyChange.objects.create(
        version=row.version, by_id=by.pk if by else None, changes=changed
    )


def conflicts(row: Policy, changes: Mapping[str, Any], seen: int) -> dict[str, Conflict]:
    """Return which of `changes` would overwrite what somebody else wrote after version `seen`."""
    then = values_at(seen, row)
    found: dict[str, Conflict] = {}
    for name, yours in changes.items():
        theirs = getattr(row, name)
        if theirs not in (then[name], yours):
            later = PolicyChange.objects.filter(version__gt=seen, changes__has_key=name)
            last = later.select_related("by").latest("version")
            found[name] = Conflict(then[name], theirs, yours, last)
    return found
