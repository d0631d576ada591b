"""Are you there? Asked of partners that were not heard of for a day."""

from collections.abc import Iterator
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Now

from mutualaid.forms.typed_text import check_name, one_line
from mutualaid.group.current import current_group
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.models.partner import LONGEST_NAME, LONGEST_PHONE
from mutualaid.partners.outbox import send
from mutualaid.partners.protocol.messages import Ping
from mutualaid.partners.registry import receives
from mutualaid.partners.states import MessageState

SILENT_FOR = timedelta(days=1)


def ping_the_silent() -> Iterator[Partner]:
    """Ask each live partner that was not heard of for a day, and for which nothing waits; yield whom."""
    for pk in _silent().values_list("pk", flat=True):
        with transaction.atomic():
            partner = Partner.objects.select_for_update().get(pk=pk)
            if not _silent().filter(pk=pk).exists():
                continue
            group = current_group()
            send(partner, Ping(name=group.name, phone=group.phone))
        yield partner


@receives(Ping)
def take_ping(partner: Partner, ping: Ping) -> None:
    """Note what the partner says that it is called now, and which phone helps, for a coordinator to look at.

    Neighbours go by both when they decide who may know of them, so a message changes neither. What it leaves
    out, or what misleads, is nothing new.
    """
    name, phone = _name(ping.name), one_line(ping.phone)[:LONGEST_PHONE]
    told_name = "" if name == partner.name else name
    told_phone = "" if phone == partner.phone else phone
    if (told_name, told_phone) != (partner.told_name, partner.told_phone):
        Partner.objects.filter(pk=partner.pk).update(told_name=told_name, told_phone=told_phone)


def _name(told: str) -> str:
    """Return what a group may be called here, "" for what misleads: a link, or the name of our own group.

    Neighbours read it in our messages.
    """
    try:
        return check_name(told[: 10 * LONGEST_NAME])[:LONGEST_NAME]
    except ValidationError:
        return ""


def _silent() -> QuerySet[Partner]:
    waiting = OutgoingMessage.objects.filter(partner=OuterRef("pk"), state=MessageState.WAITING)
    last = Coalesce("heard_at", "live_at")
    silent = Partner.objects.live().alias(last=last).filter(last__lt=Now() - SILENT_FOR)
    return silent.filter(~Exists(waiting)).order_by("pk")
