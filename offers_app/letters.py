"""What this room says to people by message. Composed when it is sent: None where it is past."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.kinds import Letter, composes
from offers_app.models import Offer
from offers_app.states import OfferState


@composes("offer_reconfirm", _("does your offer still hold?"))
def offer_reconfirm(offer_id: int) -> Letter | None:
    offer = Offer.objects.select_related("volunteer").get(pk=offer_id)
    if offer.state != OfferState.NEEDS_RECONFIRM:
        return None
    user = offer.volunteer
    context = {"url": settings.SITE_URL + reverse("offer"), "days": settings.RECONFIRM_ANSWER_DAYS}
    return Letter(user.email, user.language, context)
