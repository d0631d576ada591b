"""What everyone is told: that the group winds down, and that it goes on after all.

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
from requests_app.models import Need
from requests_app.notifications.mentions import Mention
from requests_app.notifications.neighbour import message_to_neighbour

ENDS, ENDS_ASK = "group_ends", "group_ends_ask"
GOES_ON, GOES_ON_ASK = "group_goes_on", "group_goes_on_ask"

account_message = partial(
    message_kind, group=Group.SIGN_IN, buttons={"page": _("What we have of you")}
)
ask_message = partial(
    message_kind, group=Group.SIGN_IN, buttons={"page": _("See how things stand")}, by_phone=True
)
"""Of a group of messages that no one can switch off. Who has only a phone is rung."""


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
