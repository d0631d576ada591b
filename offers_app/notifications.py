"""The messages of this app."""

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
    _("can you still help?"),
    buttons={
        "offer_keep": _("Yes, keep it"),
        "offer_pause": _("Take a break"),
        "offer_stop": _("Stop"),
        "page": _("Look at my offer"),
    },
)
def offer_reconfirm(offer_id: int) -> Message | None:
    """Asks whether an offer still holds; None once they have answered."""
    offer = Offer.objects.select_related("volunteer").get(pk=offer_id)
    if offer.state != OfferState.NEEDS_RECONFIRM:
        return None
    user = offer.volunteer
    urls = {action: one_tap_url(action, offer_id, user) for action in ONE_TAP_ACTIONS}
    urls["page"] = settings.SITE_URL + reverse("offer")
    return Message(recipient_of(user), {"days": current_policy().reconfirm_answer_days}, urls=urls)


ONE_TAP_ACTIONS = ("offer_keep", "offer_pause", "offer_stop")
"""What can be answered in one tap, see `one_tap`."""
