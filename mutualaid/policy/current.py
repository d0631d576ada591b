"""The policy in force: `current_policy().erase_days`. Never called at import, in a default or a migration."""

from mutualaid.policy.environment import first_policy
from mutualaid.policy.models import Policy
from mutualaid.singleton import reading
from mutualaid.statements import Baked, is_compiling


def current_policy() -> Policy:
    """Return how the group works, frozen; read once in a request, a task or a management command.

    Before the row is made these are the first values. Raises `BadEnvironment` if those are wrong, and `Baked`
    while a statement is put together that is kept longer than a policy.
    """
    if is_compiling():
        raise Baked("the policy")
    return reading.read(Policy, lambda: read_policy())


def read_policy() -> Policy:
    """Read the policy from the database, whatever was read before; most callers want `current_policy`.

    Raises `BadEnvironment` where there is no row yet and the first values are wrong.
    """
    return Policy.stored() or first_policy().freeze()
