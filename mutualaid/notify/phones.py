"""Whose phone it is that someone types to sign in or up."""

from collections.abc import Iterator

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.models import Preferences
from mutualaid.people.models import User


def owner_of(phone: str) -> User | None:
    """The active account that has confirmed this phone, in any spelling; of several the last to do so.

    A number may pass on to another person, who then confirms it: whoever has it now signs in as themself.
    """
    return next((user for user in _confirmed_by(phone) if user.is_active), None)


def account_of(phone: str) -> User | None:
    """As `owner_of`; where no active account has it, the last one that is switched off."""
    accounts = list(_confirmed_by(phone))
    return next((user for user in accounts if user.is_active), next(iter(accounts), None))


def _confirmed_by(phone: str) -> Iterator[User]:
    """The accounts that have confirmed this phone, the last to do so first."""
    typed = fingerprints(phone)
    confirmed = Preferences.objects.filter(
        user__contact_points__fingerprint__in=typed, phone_confirmed_at__isnull=False
    )
    for preferences in confirmed.order_by("-phone_confirmed_at").select_related("user").distinct():
        if fingerprints(preferences.phone) & typed:
            yield preferences.user
