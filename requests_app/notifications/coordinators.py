"""Messages to a coordinator about needs that they look after, without the neighbour's name or contact."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User, display_name
from requests_app.coordinators import areas_of, intake_coordinators
from requests_app.models import Claim, Need
from requests_app.notifications.mentions import Mention, mention_all
from requests_app.notifications.participants import with_same
from requests_app.states import ON_THE_WAY, NeedState

coordinator_message = partial(message_kind, group=Group.CARE, buttons={"admin": _("On the desk")})


@coordinator_message(
    "coordinator_supports_claim", _("to a coordinator: a volunteer may turn to you")
)
def coordinator_supports_claim(claim_id: int) -> Message | None:
    related = ("need__category", "need__locality", "need__ask", "volunteer", "support_contact")
    claim = Claim.objects.select_related(*related).get(pk=claim_id)
    if claim.active_support_contact is None or claim.state not in ON_THE_WAY:
        return None
    volunteer = display_name(claim.volunteer)
    return _message(claim.active_support_contact, claim.need, volunteer=volunteer)


@coordinator_message("coordinator_need_closed", _("to a coordinator: a need you took in is closed"))
def coordinator_need_closed(need_id: int) -> Message | None:
    """About all of one ask that they took in and that were closed in one step for one reason."""
    need = Need.objects.get(pk=need_id)
    closed = with_same("closed_at", need).filter(
        state=NeedState.CLOSED, close_reason=need.close_reason
    )
    together = list(closed.order_by("pk"))
    took_in = intake_coordinators(together)
    coordinator = took_in.get(need.pk)
    if coordinator is None:
        return None
    return _message(coordinator, *(one for one in together if took_in.get(one.pk) == coordinator))


@coordinator_message(
    "coordinator_to_read", _("to a coordinator: a need in your area waits to be read")
)
def coordinator_to_read(user_id: int) -> Message | None:
    """None where none waits in their areas any more, or they are no coordinator any more.

    What is held back is in a list of its own, and told to the team chat.
    """
    user = User.objects.coordinators().filter(pk=user_id).first()
    if user is None:
        return None
    in_triage = Need.objects.filter(state=NeedState.TRIAGE, held_back="")
    in_areas = in_triage.filter(locality__in=areas_of(user)).order_by("-pk")
    waiting = in_areas.select_related("category", "locality", "ask")
    if not waiting:
        return None
    url = f"{settings.SITE_URL}{reverse('admin:requests_app_need_changelist')}?look=read"
    context = mention_all([Mention(need) for need in waiting])
    return Message(recipient_of(user), context, urls={"admin": url})


def _message(coordinator: User, *needs: Need, **context: str) -> Message:
    url = settings.SITE_URL + reverse("admin:requests_app_need_change", args=[needs[0].pk])
    named = mention_all([Mention(need) for need in needs])
    return Message(recipient_of(coordinator), {**named, **context}, urls={"admin": url})
