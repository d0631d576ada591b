"""What those who decide are told: that it is proposed, that it is decided, and that it is called off."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.ending.models import WindingDown
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.people.models import User

PROPOSED, AGREED = "coordinator_end_proposed", "coordinator_end_agreed"
CALLED_OFF = "coordinator_end_called_off"
BUTTONS = {"admin": _("On the desk")}


def tell_deciders(kind: str, winding: WindingDown, *, by: User | None) -> None:
    """Tell all who decide but `by`, whose doing it is; by mail alone, whatever they chose to hear of.

    Raises `OutsideTransaction` outside `transaction.atomic()`.
    """
    others = User.objects.deciders().exclude(pk__in=[by.pk] if by else [])
    for user in others.order_by("pk"):
        key = f"{kind}:{winding.pk}:{user.pk}"
        enqueue(kind, about_id=user.pk, to=user, recipient=_mail_of(user), key=key)


@message_kind(
    PROPOSED,
    _("to whoever decides: it is proposed to wind down"),
    group=Group.GROUP_ENDS,
    buttons=BUTTONS,
)
def end_proposed(user_id: int) -> Message | None:
    """None where no one can agree any more, or they decide no more."""
    return _to_decider(user_id, WindingDown.objects.waiting().first())


@message_kind(
    AGREED,
    _("to whoever decides: two have decided to wind down"),
    group=Group.GROUP_ENDS,
    buttons=BUTTONS,
)
def end_agreed(user_id: int) -> Message | None:
    """None where it is called off, erasing has begun, or they decide no more."""
    return _to_decider(user_id, WindingDown.objects.agreed().filter(erasing_at=None).first())


@message_kind(
    CALLED_OFF,
    _("to whoever decides: winding down is called off"),
    group=Group.GROUP_ENDS,
    buttons=BUTTONS,
)
def end_called_off(user_id: int) -> Message | None:
    """None where it is proposed anew, or they decide no more."""
    if WindingDown.objects.live().exists():
        return None
    return _to_decider(user_id, WindingDown.objects.order_by("pk").last())


def _to_decider(user_id: int, winding: WindingDown | None) -> Message | None:
    user = User.objects.deciders().filter(pk=user_id).first()
    if user is None or winding is None:
        return None
    days = {"closes_on": winding.closes_on, "erases_on": winding.erases_on}
    url = settings.SITE_URL + reverse("admin:winding_down")
    return Message(_mail_of(user), days, urls={"admin": url})


def _mail_of(user: User) -> Recipient:
    return Recipient(user.email or "", language=user.language)
