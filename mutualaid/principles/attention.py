"""Numbers for the coordinators' board."""

from mutualaid.policy.current import current_policy
from mutualaid.principles.models import Principle


def principles_due() -> int | None:
    """How many principles the group wanted to look at again by now; None where it has no such page."""
    return Principle.objects.due().count() if current_policy().has_principles else None
