"""The policy in force: `current_policy().erase_days`. Never called at import, in a default or a migration."""

from mutualaid.policy import reading
from mutualaid.policy.environment import first_policy
from mutualaid.policy.models import Policy


def current_policy() -> Policy:
    """Return how the group works, frozen; read once in a request, a task or a management command.

    Before the row is made these are the first values. Raises `BadEnvironment` if those are wrong.
    """
    now = reading.current()
    if now is None:
        return read_policy()
    if now.row is None:
        now.row = read_policy()
    policy: Policy = now.row
    return policy


def read_policy() -> Policy:
    """Ask the database. Use `current_policy` unless a reading of this very moment is needed."""
    try:
        row = Policy.objects.get(pk=Policy.ONLY)
    except Policy.DoesNotExist:
        row = first_policy()
    return row.freeze()
