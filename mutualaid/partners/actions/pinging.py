"""Are you there? Asked of partners that were not heard of for a day."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Now

from mutualaid.forms.typed_text import one_line
from mutualaid.group.current import current_group
from mutualaid.partners.messages import Ping
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.models.partner import LONGEST_NAME, LONGEST_PHONE
from mutualaid.partners.outbox import send
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
    """Note how the partner is called now, and which phone helps. What it leaves out stays as it was."""
    name, phone = one_line(ping.name)[:LONGEST_NAME], one_line(ping.phone)[:LONGEST_PHONE]
    if said := {key: text for key, text in (("name", name), ("phone", phone)) if text}:
        Partner.objects.filter(pk=partner.pk).update(**said)


def _silent() -> QuerySet[Partner]:
    waiting = OutgoingMessage.objects.filter(partner=OuterRef("pk"), state=MessageState.WAITING)
    last = Coalesce("heard_at", "live_at")
    silent = Partner.objects.live().alias(last=last).filter(last__lt=Now() - SILENT_FOR)
    return silent.filter(~Exists(waiting)).order_by("pk")
