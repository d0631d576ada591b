"""One-tap actions: what a volunteer answers when they are asked whether their offer still holds."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from mutualaid.notify.links.one_tap import Outcome, one_tap_action
from mutualaid.people.models import User
from offers_app import actions
from offers_app.models import Offer
from offers_app.states import COUNTS, OfferState

QUESTION = gettext_lazy("Can you still help?")
STATE_TEXTS = {
    **dict.fromkeys(COUNTS, gettext_lazy("Thank you! We'll keep asking you when something fits.")),
    OfferState.PAUSED: gettext_lazy("You're taking a break. No one will ask you for now."),
    OfferState.WITHDRAWN: gettext_lazy(
        "You've stopped, and no one will ask you. Offer this again whenever you like."
    ),
    OfferState.ASKED: gettext_lazy("You haven't told us yet if you want to help."),
}
"""What a volunteer is told of an offer in each state, whatever was tapped."""


@one_tap_action("offer_keep", question=QUESTION, button=gettext_lazy("Yes, keep it"))
def offer_keep(offer_id: int, user: User | None) -> Outcome:
    offer = _offer_of(offer_id, user)
    return _outcome(offer, is_done=actions.keep_offer(offer))


@one_tap_action("offer_pause", question=QUESTION, button=gettext_lazy("Take a break"))
def offer_pause(offer_id: int, user: User | None) -> Outcome:
    offer = _offer_of(offer_id, user)
    return _outcome(offer, is_done=actions.pause_offer(offer, until=None))


@one_tap_action("offer_stop", question=QUESTION, button=gettext_lazy("Stop"))
def offer_stop(offer_id: int, user: User | None) -> Outcome:
    offer = _offer_of(offer_id, user)
    actions.withdraw_offer(offer)
    return _outcome(offer, is_done=True)


def _offer_of(offer_id: int, user: User | None) -> Offer:
    return Offer.objects.get(pk=offer_id, volunteer=user)


def _outcome(offer: Offer, *, is_done: bool) -> Outcome:
    text = STATE_TEXTS[OfferState(offer.state)]
    return Outcome(text, reverse("offer"), gettext_lazy("Look at my offer"), is_done)
