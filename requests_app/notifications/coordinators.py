"""What a coordinator hears of needs that they look after. No name of the neighbour, no way to reach them."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.registry import Group, Letter, composes
from mutualaid.notify.routing.channels_for import reach_of
from mutualaid.people.models import User, display_name
from requests_app.coordinators import who_took_it_in
from requests_app.models import Claim, Need
from requests_app.states import ON_THE_WAY, NeedState

to_coordinators = partial(composes, group=Group.CARE, buttons={"desk": _("On the desk")})


@to_coordinators("desk_buddy", _("to a coordinator: a volunteer may turn to you"))
def desk_buddy(claim_id: int) -> Letter | None:
    related = ("need__category", "need__locality", "volunteer", "buddy")
    claim = Claim.objects.select_related(*related).get(pk=claim_id)
    if claim.stands_by is None or claim.state not in ON_THE_WAY:
        return None
    return _to(claim.stands_by, claim.need, volunteer=display_name(claim.volunteer))


@to_coordinators("desk_closed", _("to a coordinator: a need you took in is closed"))
def desk_closed(need_id: int) -> Letter | None:
    need = Need.objects.select_related("category", "locality").get(pk=need_id)
    coordinator = who_took_it_in(need)
    is_over = coordinator and need.state == NeedState.CLOSED
    return _to(coordinator, need) if coordinator and is_over else None


def _to(coordinator: User, need: Need, **context: str) -> Letter:
    page = settings.SITE_URL + reverse("admin:requests_app_need_change", args=[need.pk])
    return Letter(reach_of(coordinator), {"need": need, **context}, urls={"desk": page})
