"""What a volunteer can answer in one tap when she is asked whether her offer still holds."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.notify.links.one_tap import Said, taps
from mutualaid.people.models import User
from offers_app import actions
from offers_app.models import Offer

QUESTION = gettext_lazy("Does your offer still hold?")


@taps("offer_keep", question=QUESTION, button=gettext_lazy("Yes, keep it"))
def offer_keep(offer_id: int, user: User | None) -> Said:
    actions.keep_offer(_hers(offer_id, user))
    return Said(_("Thank you! We go on asking you when something fits."), *_to_the_offer())


@taps("offer_pause", question=QUESTION, button=gettext_lazy("Take a break"))
def offer_pause(offer_id: int, user: User | None) -> Said:
    actions.pause_offer(_hers(offer_id, user), until=None)
    return Said(_("You are taking a break. Nobody will ask you for now."), *_to_the_offer())


@taps("offer_stop", question=QUESTION, button=gettext_lazy("Stop"))
def offer_stop(offer_id: int, user: User | None) -> Said:
    actions.withdraw_offer(_hers(offer_id, user))
    return Said(
        _("You stopped, and nobody asks you. Offer this again whenever you like."),
        *_to_the_offer(),
    )


def _hers(offer_id: int, user: User | None) -> Offer:
    return Offer.objects.get(pk=offer_id, volunteer=user)


def _to_the_offer() -> tuple[str, str]:
    return reverse("offer"), _("Look at my offer")
