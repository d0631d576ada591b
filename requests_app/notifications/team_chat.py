"""Messages to the coordinators' team chat: what happened, and a link to the need in the admin."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Group, Message, message_kind
from requests_app.models import Need
from requests_app.states import NeedState

team_chat_message = partial(
    message_kind, group=Group.TEAM_CHAT, buttons={"admin": _("On the desk")}
)


@team_chat_message("team_chat_triage", _("room: a need is to be read"))
def team_chat_triage(need_id: int) -> Message | None:
    return _message_while(NeedState.TRIAGE, need_id)


@team_chat_message("team_chat_not_arrived", _("room: it did not arrive"))
def team_chat_not_arrived(need_id: int) -> Message | None:
    return _message_while(NeedState.OPEN, need_id)


@team_chat_message("team_chat_all_invited", _("room: everybody who fits was asked"))
def team_chat_all_invited(need_id: int) -> Message | None:
    return _message_while(NeedState.OPEN, need_id)


@team_chat_message("team_chat_lapsed", _("room: a claim lapsed"))
def team_chat_lapsed(need_id: int) -> Message | None:
    return _message_while(NeedState.OPEN, need_id)


def _message_while(state: NeedState, need_id: int) -> Message | None:
    """None once the need is in another state."""
    if not Need.objects.filter(pk=need_id, state=state).exists():
        return None
    path = reverse("admin:requests_app_need_change", args=[need_id])
    return Message(Recipient(), urls={"admin": settings.SITE_URL + path})
