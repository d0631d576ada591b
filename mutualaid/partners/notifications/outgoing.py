"""What a neighbour is told of a need about which another group was asked, by the ways that they called safe.

Each is composed when it is sent, from how things stand then; None if there is nothing to say any more.
"""

from dataclasses import replace
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.registry import Message
from mutualaid.partners.models import OutgoingReferral
from mutualaid.partners.states import OutgoingState
from requests_app.access.links import make_link
from requests_app.models import Erased, Need
from requests_app.notifications.mentions import Mention
from requests_app.notifications.neighbour import message_to_neighbour, notify_neighbour
from requests_app.notifications.participants import neighbour_message
from requests_app.states import CloseReason, NeedState

SAID_YES, UNANSWERED = "partner_said_yes", "partner_unanswered"
COULD_NOT, HELPED = "partner_could_not", "partner_helped"


def tell_said_yes(referral: OutgoingReferral, need: Need) -> None:
    """Ask the neighbour whether the group may learn who they are."""
    _tell(SAID_YES, referral, need)


def tell_unanswered(referral: OutgoingReferral) -> None:
    """Tell the neighbour that, without their answer, the group was told nothing."""
    _tell(UNANSWERED, referral, referral.need)


def tell_could_not(referral: OutgoingReferral) -> None:
    """Tell the neighbour that the group of which they know cannot help after all."""
    _tell(COULD_NOT, referral, referral.need)


def tell_helped(referral: OutgoingReferral, need: Need) -> None:
    """Thank the neighbour for saying that the help arrived."""
    _tell(HELPED, referral, need)


@neighbour_message(
    SAID_YES,
    _("another group can help: do you want that?"),
    buttons={"page": _("Say yes or no")},
    by_phone=True,
)
def partner_said_yes(need_id: int) -> Message | None:
    """None once they have answered, or the group is not asked any more."""
    referral = _last(need_id)
    if referral is None or referral.state != OutgoingState.ACCEPTED:
        return None
    message = _about(referral)
    return message and replace(
        message,
        urls={"page": partial(_consent_url, referral)},
        answer_page=reverse("admin:requests_app_need_groups", args=[need_id]),
    )


@neighbour_message(UNANSWERED, _("another group was told nothing, because no answer came"))
def partner_unanswered(need_id: int) -> Message | None:
    referral = _last(need_id, OutgoingState.SILENT)
    return _about(referral) if referral and _goes_on(referral) else None


@neighbour_message(COULD_NOT, _("another group can't help after all"), by_phone=True)
def partner_could_not(need_id: int) -> Message | None:
    ended = OutgoingState.DECLINED, OutgoingState.UNMET, OutgoingState.WITHDRAWN
    referral = _last(need_id, *ended)
    return _about(referral) if referral and _goes_on(referral) else None


@neighbour_message(HELPED, _("help from another group arrived"))
def partner_helped(need_id: int) -> Message | None:
    """None if the need was opened again since."""
    referral = _last(need_id, OutgoingState.CONFIRMED)
    if referral is None or referral.need is None:
        return None
    need = referral.need
    is_over = need.state == NeedState.CLOSED and need.close_reason == CloseReason.OTHER_HELP
    return _about(referral) if is_over else None


def _tell(kind: str, referral: OutgoingReferral, need: Need | None) -> None:
    if need is not None:
        notify_neighbour(kind, need, about_id=need.pk, key=f"{kind}:{referral.pk}")


def _last(need_id: int, *states: OutgoingState) -> OutgoingReferral | None:
    """The last group that was asked about a need, or the last that ended in one of these states."""
    rows = OutgoingReferral.objects.filter(need=need_id)
    if states:
        rows = rows.filter(state__in=states)
    related = rows.select_related("partner", "need__category", "need__locality", "need__ask")
    return related.order_by("-pk").first()


def _consent_url(referral: OutgoingReferral) -> str:
    """The address at which the neighbour says yes or no, by a new private link. Raises `Erased`."""
    if referral.need is None:
        raise Erased
    token = make_link(referral.need.ask, with_code=False)
    return settings.SITE_URL + reverse("partner_consent", args=[token, referral.public_id])


def _goes_on(referral: OutgoingReferral) -> bool:
    return referral.need is not None and referral.need.is_live


def _about(referral: OutgoingReferral) -> Message | None:
    if referral.need is None:
        return None
    partner, until = referral.partner.name, referral.answer_by
    return message_to_neighbour(Mention(referral.need), partner=partner, until=until)
