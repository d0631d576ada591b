"""What the team hears of a partner's need, and the neighbour once it is here."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.notify.outbox import notify_team_chat
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Message
from mutualaid.partners.models import IncomingReferral
from requests_app.models import Need
from requests_app.notifications.mentions import Mention
from requests_app.notifications.neighbour import message_to_neighbour, notify_neighbour
from requests_app.notifications.participants import neighbour_message
from requests_app.notifications.team_chat import team_chat_message
from requests_app.states import NeedState

TO_ANSWER, RECEIVED = "team_chat_partner_asks", "partner_need_received"


def tell_team_of(referral: IncomingReferral) -> None:
    """Tell the team chat that a partner asks us, once an hour for each partner, however often it does."""
    hour = clock.now().strftime("%Y-%m-%dT%H")
    key = f"{TO_ANSWER}:{referral.partner_id}:{hour}"
    notify_team_chat(TO_ANSWER, referral.pk, key=key)


def tell_neighbour_of(need: Need) -> None:
    """Send the receipt, by the ways that the neighbour called safe."""
    notify_neighbour(RECEIVED, need, about_id=need.pk)


@team_chat_message(TO_ANSWER, _("room: a neighbouring group asks us"))
def team_chat_partner_asks(referral_id: int) -> Message | None:
    """None where nothing waits for an answer any more."""
    if not IncomingReferral.objects.to_answer().exists():
        return None
    return Message(Recipient(), urls={"admin": settings.SITE_URL + reverse("admin:partner_needs")})


@neighbour_message(RECEIVED, _("we have your need from a neighbouring group"))
def partner_need_received(need_id: int) -> Message | None:
    """None once it is over, or erased."""
    referrals = IncomingReferral.objects.defer("contact").select_related("partner")
    referral = referrals.filter(need=need_id).exclude(need__state=NeedState.CLOSED).first()
    if referral is None:
        return None
    need = Need.objects.select_related("ask", "category", "locality").get(pk=need_id)
    return message_to_neighbour(Mention(need), partner=referral.partner.name)
