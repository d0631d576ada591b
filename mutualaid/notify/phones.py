"""Whose phone it is that someone types to sign in."""

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.models import Preferences
from mutualaid.people.models import User


def owner_of(phone: str) -> User | None:
    """The active account that has confirmed this phone, in any spelling; of several the last to do so.

    A number may pass on to another person, who then confirms it: whoever has it now signs in as themself.
    """
    typed = fingerprints(phone)
    confirmed = Preferences.objects.filter(
        user__contact_points__fingerprint__in=typed,
        user__is_active=True,
        phone_confirmed_at__isnull=False,
    )
    for preferences in confirmed.order_by("-phone_confirmed_at").select_related("user").distinct():
        if fingerprints(preferences.phone) & typed:
            return preferences.user
    return None
