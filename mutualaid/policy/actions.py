"""Writing the policy: the only way, for the admin, commands and tests."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from mutualaid.policy import reading
from mutualaid.policy.environment import first_policy, given_by_environment
from mutualaid.policy.models import Policy, PolicyChange


@transaction.atomic
def make_policy() -> bool:
    """Store the first values if there is no policy yet; return whether it was made now.

    Raises `BadEnvironment` where values in the environment are wrong.
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
    *, by: AbstractBaseUser | None, changes: Mapping[str, Any]
) -> PolicyChange | None:
    """Change {field: new value}, and log who did it; return None where nothing is different.

    `by` is None for the site itself. Raises `ValidationError` where the values do not fit together or
    their bounds, and `ValueError` for a field that is no value of the policy.
    """
    make_policy()
    row = Policy.objects.select_for_update().get(pk=Policy.ONLY)
    names = {field.name for field in Policy.value_fields()}
    if unknown := changes.keys() - names:
        raise ValueError(f"no values of the policy: {', '.join(sorted(unknown))}")
    before = {name: getattr(row, name) for name in names}
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
