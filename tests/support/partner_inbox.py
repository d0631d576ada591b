"""The inbox of a neighbouring group on a real socket, and time that passes for what waits for it.

with inbox_of(crown.partner, Inbox()) as inbox:          # takes all that comes
    inbox.status = 503                          # from now on it does not
    inbox.asked                                 # what came, in its order
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import F
from django.test import override_settings

from mutualaid.partners.delivery import deliver_to
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.outbox import send
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.messages import Message, Ping
from tests.support.gateway import Gateway, gateway

TIMES = {
    Partner: ("live_at", "heard_at", "away_since", "quiet_until"),
    OutgoingMessage: ("created_at", "due_at", "lease_until", "settled_at"),
}


class Inbox(Gateway):
    """Answers as a site like ours does. `status` 0: it hangs up without an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.status = 200
        self.answer = json.dumps({"answer": "taken up"})

    @property
    def ids(self) -> list[str]:
        """Which messages came, as often as they came."""
        return [str(wire.read(asked.raw)[0]) for asked in self.asked]


I = TypeVar("I", bound=Inbox)  # noqa: E741


@contextmanager
def inbox_of(partner: Partner, inbox: I) -> Iterator[I]:
    """Let the partner's site stand on this machine."""
    with gateway(inbox), override_settings(PARTNERS_ON_LOOPBACK=True):
        moved_to(partner, f"http://127.0.0.1:{inbox.port}")
        yield inbox


def moved_to(partner: Partner, site: str) -> None:
    partner.site = site
    Partner.objects.filter(pk=partner.pk).update(site=site)


def written(partner: Partner, *messages: Message) -> list[str]:
    """Put these into the outbox, or a ping; return their ids."""
    with transaction.atomic():
        return [str(send(partner, message).message_id) for message in messages or [Ping()]]


def deliver(partner: Partner) -> int:
    """Deliver what waits; return how many came to an end."""
    return len(list(deliver_to(partner.pk)))


def time_passes(**span: float) -> None:
    """Move every moment of partners and what waits for them back by `span` (arguments of `timedelta`)."""
    for model, columns in TIMES.items():
        model._default_manager.update(**{name: F(name) - timedelta(**span) for name in columns})


def states() -> list[str]:
    """How each message stands, the oldest first."""
    return list(OutgoingMessage.objects.order_by("pk").values_list("state", flat=True))


def row() -> Partner:
    """The only partner, as the database has it now."""
    return Partner.objects.get()
