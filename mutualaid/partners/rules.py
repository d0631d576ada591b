"""What may be asked of partners, and whom they are shown to."""

from mutualaid.policy.current import current_policy


def has_partners() -> bool:
    """Whether the group works with other groups at all."""
    return current_policy().has_partners
