"""Receivers of signals from the apps below: what happens to needs when something changes about a person."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.translation import ngettext

from mutualaid.people.models import AccountContactPoint, User
from mutualaid.people.signals import person_blocked, person_deactivated, standing_changed
from requests_app.access.exclusions import needs_kept_from_owner
from requests_app.actions.changing import end_claims_of_kept_away
from requests_app.actions.claiming import release_claims_of, release_vetted_only_claims_of
from requests_app.lifecycle.actors import SITE, coordinator


@receiver(post_save, sender=AccountContactPoint)
def on_account_has_contact_point(instance: AccountContactPoint, **_: Any) -> None:
    """Release the claims of its owner on needs that are kept from whoever has it.

    It may be a contact point that was excluded, or one with which the ask itself was made.
    """
    needs = needs_kept_from_owner(instance.fingerprint)
    claimed = needs.filter(claims__volunteer=instance.user_id).select_related("ask").distinct()
    end_claims_of_kept_away(claimed, by=SITE)


@receiver([person_deactivated, person_blocked])
def on_person_ended(user: User, by: User, **_: Any) -> str:
    """Release what they said yes to; return a sentence that says how many tasks that were."""
    return _released(release_claims_of(user, by=coordinator(by)))


@receiver(standing_changed)
def on_standing_changed(user: User, by: User, **_: Any) -> str:
    """Release what only people known to the group may do, once they are not any more."""
    if user.vetted:
        return ""
    return _released(release_vetted_only_claims_of(user, by=coordinator(by)))


def _released(count: int) -> str:
    sentence = ngettext(
        "%d task they said yes to is released, and the neighbour is told.",
        "%d tasks they said yes to are released, and the neighbours are told.",
        count,
    )
    return sentence % count if count else ""
