"""What the coordinators' room hears: what happened, and where the need stands on the desk."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Group, Message, message_kind
from requests_app.models import Need
from requests_app.states import NeedState

alerts = partial(message_kind, group=Group.TEAM_CHAT, buttons={"desk": _("On the desk")})


@alerts("team_chat_triage", _("room: a need is to be read"))
def team_chat_triage(need_id: int) -> Message | None:
    return _desk(need_id, NeedState.TRIAGE)


@alerts("team_chat_not_arrived", _("room: it did not arrive"))
def team_chat_not_arrived(need_id: int) -> Message | None:
    return _desk(need_id, NeedState.OPEN)


@alerts("team_chat_all_invited", _("room: everybody who fits was asked"))
def team_chat_all_invited(need_id: int) -> Message | None:
    return _desk(need_id, NeedState.OPEN)


@alerts("team_chat_lapsed", _("room: a claim lapsed"))
def team_chat_lapsed(need_id: int) -> Message | None:
    return _desk(need_id, NeedState.OPEN)


def _desk(need_id: int, state: NeedState) -> Message | None:
    if not Need.objects.filter(pk=need_id, state=state).exists():
        return None
    page = reverse("admin:requests_app_need_change", args=[need_id])
    return Message(Recipient(), urls={"desk": settings.SITE_URL + page})
