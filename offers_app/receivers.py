"""What this room does when something happens to a person below it."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext

from mutualaid.people.models import User
from mutualaid.people.signals import person_blocked, person_deactivated, standing_changed
from offers_app import actions
from offers_app.models import Offer
from offers_app.states import COUNTS, OfferState


@receiver(person_deactivated)
def on_person_deactivated(user: User, by: User, **_: Any) -> str:
    offer = Offer.objects.filter(volunteer=user).exclude(state=OfferState.WITHDRAWN).first()
    if offer is None:
        return ""
    actions.withdraw_offer(offer, by=by)
    return gettext("Their offer ends.")


@receiver(person_blocked)
def on_person_blocked(user: User, by: User, **_: Any) -> str:
    offer = Offer.objects.filter(volunteer=user).first()
    is_paused = offer is not None and actions.pause_offer(offer, until=None, by=by)
    return gettext("Their offer is paused.") if is_paused else ""


@receiver(standing_changed)
def on_standing_changed(user: User, **_: Any) -> None:
    """Other needs fit someone whom the group knows."""
    for offer in Offer.objects.filter(volunteer=user, state__in=COUNTS):
        actions.announce(offer)
