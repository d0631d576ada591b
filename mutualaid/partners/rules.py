"""What may be asked of partners, and whom they are shown to."""

from mutualaid.partners.models import Partner
from mutualaid.policy.current import current_policy


def has_partners() -> bool:
    """Whether the group works with other groups at all."""
    return current_policy().has_partners


def has_live_partner() -> bool:
    """Whether there is a group that can be asked about a need now."""
    return Partner.objects.live().exists()
