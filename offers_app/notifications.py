"""What this room says to people by message. Composed when it is sent: None where it is past."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.registry import Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.policy.current import current_policy
from offers_app.models import Offer
from offers_app.states import OfferState


@message_kind(
    "offer_reconfirm",
    _("does your offer still hold?"),
    buttons={
        "offer_keep": _("Yes, keep it"),
        "offer_pause": _("Take a break"),
        "offer_stop": _("Stop"),
        "page": _("Look at my offer"),
    },
)
def offer_reconfirm(offer_id: int) -> Message | None:
    offer = Offer.objects.select_related("volunteer").get(pk=offer_id)
    if offer.state != OfferState.NEEDS_RECONFIRM:
        return None
    user = offer.volunteer
    urls = {step: one_tap_url(step, offer_id, user) for step in STEPS}
    urls["page"] = settings.SITE_URL + reverse("offer")
    return Message(recipient_of(user), {"days": current_policy().reconfirm_answer_days}, urls=urls)


STEPS = ("offer_keep", "offer_pause", "offer_stop")
"""What can be answered in one tap, see `one_tap`."""
