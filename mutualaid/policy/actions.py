"""Writing the policy: the only way, for the admin, commands and tests."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from mutualaid.policy.environment import first_policy, given_by_environment
from mutualaid.policy.models import Policy, PolicyChange
from mutualaid.singleton.actions import change_row, make_row


def make_policy() -> bool:
    """Store the first values if there is no policy yet; return whether it was made now.

    Raises `BadEnvironment` where values in the environment are wrong.
    """
    if Policy.objects.filter(pk=Policy.ONLY).exists():
        return False
    first = first_policy()
    return make_row(PolicyChange, first, given_by_environment(first))


@transaction.atomic
def change_policy(
    *, by: AbstractBaseUser | None, changes: Mapping[str, Any], is_decided: bool = False
) -> PolicyChange | None:
    """Change {field: new value}, and log who did it; return None where nothing is different.

    `by` is None for the site itself, and `is_decided` says that a person does not do it alone. Raises
    `ValidationError` where the values do not fit together or their bounds, `ValueError` for a field that is
    no value of the policy, and `DecidedTogether` for a person alone where the group decides together.
    """
    make_policy()
    return change_row(PolicyChange, by=by, changes=changes, is_decided=is_decided)
