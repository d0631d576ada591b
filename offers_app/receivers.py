"""What happens to an offer when its person leaves, is blocked, or becomes known to the group."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext

from mutualaid.people.models import User
from mutualaid.people.signals import (
    person_blocked,
    person_deactivated,
    person_introduced,
    standing_changed,
)
from offers_app import actions
from offers_app.models import Offer
from offers_app.states import COUNTS, OfferState


@receiver(person_deactivated)
def on_person_deactivated(user: User, by: User, **_: Any) -> str:
    """Returns what a coordinator is told of it."""
    offer = Offer.objects.filter(volunteer=user).exclude(state=OfferState.WITHDRAWN).first()
    if offer is None:
        return ""
    actions.withdraw_offer(offer, by=by)
    return gettext("Their offer ends.")


@receiver(person_blocked)
def on_person_blocked(user: User, by: User | None, **_: Any) -> str:
    """Returns what a coordinator is told of it."""
    offer = Offer.objects.filter(volunteer=user).first()
    is_paused = offer is not None and actions.pause_offer(offer, until=None, by=by)
    return gettext("Their offer is paused.") if is_paused else ""


@receiver([standing_changed, person_introduced])
def on_standing_changed(user: User, **_: Any) -> None:
    """Match anew: other needs fit someone whom the group knows, and no offer of theirs waits."""
    for offer in Offer.objects.filter(volunteer=user, state__in=COUNTS):
        actions.announce(offer)
