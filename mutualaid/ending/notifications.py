"""What everyone is told: that the group winds down, what must be done before, and that it goes on after all.

Each is composed when it is sent, from how things stand then; None if it is not so any more.
"""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.ending.models import WindingDown
from mutualaid.group.current import current_group
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User
from requests_app.models import Claim, Need
from requests_app.notifications.mentions import Mention, mention_all
from requests_app.notifications.neighbour import message_to_neighbour
from requests_app.notifications.participants import OF_A_CLAIM

ENDS, ENDS_ASK = "group_ends", "group_ends_ask"
GOES_ON, GOES_ON_ASK = "group_goes_on", "group_goes_on_ask"
ENDS_HELPER, ENDS_HELPED = "group_ends_helper", "group_ends_helped"

ending_message = partial(message_kind, group=Group.GROUP_ENDS, by_day=True)
"""Of a group of messages that no one can switch off, but with all others."""
account_message = partial(ending_message, buttons={"page": _("What we have of you")})
ask_message = partial(ending_message, buttons={"page": _("See how things stand")}, by_phone=True)
"""Who has only a phone is rung."""


@account_message(ENDS, _("to everyone: we are winding down"))
def group_ends(user_id: int) -> Message | None:
    winding = WindingDown.objects.agreed().first()
    return _to_account(user_id, **_days(winding)) if winding else None


@ask_message(ENDS_ASK, _("to whoever asked: we are winding down"))
def group_ends_ask(ask_id: int) -> Message | None:
    winding = WindingDown.objects.agreed().first()
    return _to_ask(ask_id, **_days(winding)) if winding else None


@account_message(GOES_ON, _("to everyone: we go on"))
def group_goes_on(user_id: int) -> Message | None:
    return None if current_group().is_winding_down else _to_account(user_id)


@ask_message(GOES_ON_ASK, _("to whoever asked: we go on"))
def group_goes_on_ask(ask_id: int) -> Message | None:
    return None if current_group().is_winding_down else _to_ask(ask_id)


@ending_message(
    ENDS_HELPER, _("to who is on the way: our last days"), buttons={"page": _("Look at it")}
)
def group_ends_helper(claim_id: int) -> Message | None:
    """About all that they are on the way to for one ask."""
    claim = Claim.objects.select_related("volunteer", "need").get(pk=claim_id)
    winding, claims = WindingDown.objects.agreed().first(), _on_the_way(claim)
    if winding is None or not claims:
        return None
    page = settings.SITE_URL + reverse("claim", args=[claims[0].public_id])
    mentions = mention_all([Mention(one.need, one) for one in claims])
    recipient = recipient_of(claim.volunteer)
    return Message(recipient, {**mentions, **_days(winding)}, urls={"page": page})


@ask_message(ENDS_HELPED, _("to who waits for help: our last days"))
def group_ends_helped(claim_id: int) -> Message | None:
    """About all with which this volunteer helps them."""
    claim = Claim.objects.select_related("volunteer", "need").get(pk=claim_id)
    winding, claims = WindingDown.objects.agreed().first(), _on_the_way(claim)
    if winding is None or not claims:
        return None
    return message_to_neighbour(*(Mention(one.need, one) for one in claims), **_days(winding))


def _on_the_way(claim: Claim) -> list[Claim]:
    """Those of the same volunteer for the same ask that they are still on the way with."""
    claims = Claim.objects.on_the_way().filter(
        volunteer=claim.volunteer_id, need__ask=claim.need.ask_id, need__held_back=""
    )
    return list(claims.select_related(*OF_A_CLAIM).order_by("pk"))


def _days(winding: WindingDown) -> dict[str, object]:
    return {"closes_on": winding.closes_on, "erases_on": winding.erases_on}


def _to_account(user_id: int, **context: object) -> Message | None:
    """None for an account that is switched off or erased."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    page = settings.SITE_URL + reverse("account_data")
    return Message(recipient_of(user), context, urls={"page": page})


def _to_ask(ask_id: int, **context: object) -> Message | None:
    """With all that the neighbour asked for there; None once it is erased, or has moved to another ask."""
    needs = Need.objects.filter(ask=ask_id, ask__erased_at=None, held_back="")
    rows = list(needs.select_related("category", "locality", "ask").order_by("pk"))
    live = [need for need in rows if need.is_live] or rows
    return message_to_neighbour(*map(Mention, live), **context) if live else None
