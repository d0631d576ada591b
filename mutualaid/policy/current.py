"""The policy in force: `current_policy().erase_days`. Never called at import, in a default or a migration."""

from mutualaid.policy import reading
from mutualaid.policy.environment import first_policy
from mutualaid.policy.models import Policy


def current_policy() -> Policy:
    """Return how the group works, frozen; read once in a request, a task or a management command.

    Before the row is made these are the first values. Raises `BadEnvironment` if those are wrong.
    """
    scope = reading.current()
    if scope is None:
        return read_policy()
    if scope.row is None:
        scope.row = read_policy()
    policy: Policy = scope.row
    return policy


def read_policy() -> Policy:
    """Read the policy from the database, whatever was read before; most callers want `current_policy`.

    Raises `BadEnvironment` where there is no row yet and the first values are wrong.
    """
    try:
        row = Policy.objects.get(pk=Policy.ONLY)
    except Policy.DoesNotExist:
        row = first_policy()
    return row.freeze()
