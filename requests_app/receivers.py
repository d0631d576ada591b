"""What needs and claims do when something happens to an account, or to a call of the call list."""

from datetime import datetime
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.translation import ngettext

from mutualaid.catalog.models import Category
from mutualaid.notify.models import CallTask
from mutualaid.notify.outcomes import CallOutcome
from mutualaid.notify.signals import call_made
from mutualaid.people.models import AccountContactPoint, User
from mutualaid.people.signals import (
    contact_points_blocked,
    person_blocked,
    person_deactivated,
    standing_changed,
)
from requests_app.access.exclusions import needs_kept_from_owner
from requests_app.access.veiling import veil_all
from requests_app.actions.calls import note_call_of_list
from requests_app.actions.changing import read_asks_from, release_excluded_claims_of_needs
from requests_app.actions.claiming import release_claims_of, release_vetted_only_claims_of
from requests_app.lifecycle.actors import SITE, coordinator
from requests_app.models import Claim
from requests_app.notifications.participants import ask_called_about


@receiver(post_save, sender=AccountContactPoint)
def on_account_has_contact_point(instance: AccountContactPoint, **_: Any) -> None:
    """Release the account's claims to needs that are now kept from it.

    The contact point may be excluded from an ask, or be one with which the ask was made.
    """
    if not Claim.objects.filter(volunteer=instance.user_id).exists():
        return  # nearly always, for most come with a new account
    needs = needs_kept_from_owner(instance.fingerprint)
    claimed = needs.filter(claims__volunteer=instance.user_id).select_related("ask").distinct()
    release_excluded_claims_of_needs(claimed, by=SITE)


@receiver(post_save, sender=Category)
def on_category_saved(instance: Category, created: bool, raw: bool = False, **_: Any) -> None:
    """Veil what was asked for in a category that is sensitive now, in the transaction that makes it so."""
    if instance.sensitive and not created and not raw:
        veil_all()


@receiver([person_deactivated, person_blocked])
def on_person_ended(user: User, by: User | None, **_: Any) -> str:
    """Release their claims; returns a sentence on how many for the coordinator, "" if none."""
    return _released(release_claims_of(user, by=coordinator(by) if by else SITE))


@receiver(contact_points_blocked)
def on_contact_points_blocked(fingerprints: set[str], by: User, **_: Any) -> str:
    """Let a coordinator read what was asked from there; returns a sentence on how many asks, "" if none."""
    count = read_asks_from(fingerprints, by=coordinator(by))
    sentence = ngettext(
        "%d ask from there is read by a coordinator first now.",
        "%d asks from there are read by a coordinator first now.",
        count,
    )
    return sentence % count if count else ""


@receiver(standing_changed)
def on_standing_changed(user: User, by: User, **_: Any) -> str:
    """Release what only people known to the group may do, once they are not any more."""
    if user.vetted:
        return ""
    return _released(release_vetted_only_claims_of(user, by=coordinator(by)))


@receiver(call_made)
def on_call_made(
    call: CallTask, outcome: CallOutcome, next_try: datetime | None, by: User, **_: Any
) -> bool:
    """Write it into the contact log of the person, or of the ask; False where that is gone."""
    about = call.recipient or ask_called_about(call.kind, call.about_id)
    if about is None:
        return False
    note_call_of_list(outcome, about=about, by=by, next_try=next_try)
    return True


def _released(count: int) -> str:
    sentence = ngettext(
        "%d task they said yes to is released, and the neighbour is told.",
        "%d tasks they said yes to are released, and the neighbours are told.",
        count,
    )
    return sentence % count if count else ""
