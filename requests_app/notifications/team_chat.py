"""What the coordinators' room hears: what happened, and where the need stands on the desk."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.recipient import Reach
from mutualaid.notify.registry import Group, Letter, composes
from requests_app.models import Need
from requests_app.states import NeedState

alerts = partial(composes, group=Group.ROOM, buttons={"desk": _("On the desk")})


@alerts("room_triage", _("room: a need is to be read"))
def room_triage(need_id: int) -> Letter | None:
    return _desk(need_id, NeedState.TRIAGE)


@alerts("room_not_arrived", _("room: it did not arrive"))
def room_not_arrived(need_id: int) -> Letter | None:
    return _desk(need_id, NeedState.OPEN)


@alerts("room_all_asked", _("room: everybody who fits was asked"))
def room_all_asked(need_id: int) -> Letter | None:
    return _desk(need_id, NeedState.OPEN)


@alerts("room_lapsed", _("room: a claim lapsed"))
def room_lapsed(need_id: int) -> Letter | None:
    return _desk(need_id, NeedState.OPEN)


def _desk(need_id: int, state: NeedState) -> Letter | None:
    if not Need.objects.filter(pk=need_id, state=state).exists():
        return None
    page = reverse("admin:requests_app_need_change", args=[need_id])
    return Letter(Reach(), urls={"desk": settings.SITE_URL + page})
