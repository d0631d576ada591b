"""Messages to the coordinators' team chat: what happened, and a link to the need in the admin."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.notify.outbox import notify_team_chat
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Group, Message, message_kind
from requests_app.models import Need
from requests_app.states import NeedState

team_chat_message = partial(
    message_kind, group=Group.TEAM_CHAT, buttons={"admin": _("On the desk")}
)


HELD_BACK = "?state__exact=triage&held_back__isempty=0"
"""Narrows the list of needs in the admin to those that are held back."""


def notify_of_triage(need: Need) -> None:
    """Tell the team chat that a need is to be read; of those held back once an hour, however many come."""
    if need.held_back:
        hour = clock.now().strftime("%Y-%m-%dT%H")
        notify_team_chat("team_chat_surge", need.pk, key=f"team_chat_surge:{hour}")
    else:
        notify_team_chat("team_chat_triage", need.pk)


@team_chat_message("team_chat_surge", _("room: very many asks come in"))
def team_chat_surge(need_id: int) -> Message | None:
    """None once a coordinator has read all that is held back."""
    waiting = Need.objects.filter(state=NeedState.TRIAGE).exclude(held_back="")
    if not waiting.exists():
        return None
    path = reverse("admin:requests_app_need_changelist") + HELD_BACK
    return Message(Recipient(), urls={"admin": settings.SITE_URL + path})


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
