"""Deliver what waits for a partner: in order, one message at a time, each signed anew (ADR 115).

Each step may fail, and a worker may be killed after any: the rows still say what is so, and the same bytes go
again. The other side knows a message by its id, and gives the same answer.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.boundary.outbound import (
    Answer,
    NoAnswer,
    NotAllowed,
    NotConnected,
    partner_endpoint,
    post,
)
from mutualaid.group.current import current_group
from mutualaid.notify.channels.http_gateway import json_of
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.models.messages import OutgoingMessageQuerySet
from mutualaid.partners.protocol import signatures
from mutualaid.partners.protocol.addresses import INBOX
from mutualaid.partners.protocol.messages import FORGETTING, ReferralAsk
from mutualaid.partners.registry import settled
from mutualaid.partners.rules import has_partners
from mutualaid.partners.states import MessageState, PartnerState

SECONDS = 4.0
"""For one delivery in all, from looking up the name to the end of the answer."""
TRIED_FOR = timedelta(days=14)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
"""Between two tries at a site that is away: as long as it has been away, and within these."""
ASKED_TO_WAIT = timedelta(minutes=1)
"""Where a site says 429 and not for how long."""
LONGEST_ASKED = timedelta(hours=1)
TOO_MANY = 429
TAKEN, FAULT = 200, 500
STUCK_AFTER = timedelta(days=1)
"""So long a message at which a site has a fault of its own holds up all behind it. Assumed, not measured."""
REFUSED = (404, 409, 413, 415, 422)
"""What the other side will not take, however often it is tried."""


def may_go() -> OutgoingMessageQuerySet:
    """Return what waits and may go now, whether or not a worker has it already."""
    goes = Q(kind__in=FORGETTING)
    if has_partners() and not current_group().ended_on:
        goes |= Q(partner__state=PartnerState.LIVE)
    in_turn = OutgoingMessage.objects.in_turn().filter(goes)
    return in_turn.exclude(partner__quiet_until__gt=Now())


def deliver_to(partner_pk: int) -> Iterator[OutgoingMessage]:
    """Send what waits for a partner and may go, one after the other; yield each once the next may go.

    It ends where nothing is left, where another worker is at it, and where the partner is away.
    """
    while (message := _take_first(partner_pk)) and _settle(message, _post(message)):
        yield message


def people_to_forget() -> bool:
    """Whether something still waits that lets people be forgotten at another group."""
    waiting = OutgoingMessage.objects.filter(state=MessageState.WAITING)
    return bool(waiting.filter(kind__in=FORGETTING).exists())


def give_up() -> Iterator[OutgoingMessage]:
    """Give up what waited too long, and what will never go to a group that is no partner any more."""
    is_old = Q(created_at__lt=Now() - TRIED_FOR)
    never_goes = Q(partner__state=PartnerState.ENDED) & ~Q(kind__in=FORGETTING)
    for message in OutgoingMessage.objects.unsent().filter(is_old | never_goes).order_by("pk"):
        if _end(message, MessageState.GIVEN_UP, message.status):
            yield message


def is_due(partner_pk: int) -> bool:
    """Whether something may go to a partner now, and no worker is at it."""
    return bool(_first(partner_pk).exists())


def partners_due() -> list[int]:
    """Return the ids of the partners to which something may go now."""
    due = may_go().unsent().order_by("partner").values_list("partner", flat=True)
    return list(due.distinct())


def _first(partner_pk: int) -> OutgoingMessageQuerySet:
    """The first that may go to a partner; none where a worker has it, for those behind it wait too."""
    first = may_go().filter(partner=partner_pk).order_by("pk").values("pk")[:1]
    unsent: OutgoingMessageQuerySet = OutgoingMessage.objects.unsent().filter(pk=first)
    return unsent


def _take_first(partner_pk: int) -> OutgoingMessage | None:
    """Lease the first, unless another worker had or has it since it was read."""
    seen = _first(partner_pk).values("pk", "tries").first()
    return OutgoingMessage.objects.take(**seen) if seen else None


def _post(message: OutgoingMessage) -> Answer | None:
    """Send it, in no transaction; return None where no answer of another site like ours came back."""
    partner, body = message.partner, message.body.encode()
    url = partner.site + INBOX
    headers = signatures.signed_headers(url, body, partner.our_key, message.message_id)
    with suppress(NotAllowed, NotConnected, NoAnswer):
        return post(partner_endpoint(url), body, headers, seconds=SECONDS)
    return None


def _settle(message: OutgoingMessage, answer: Answer | None) -> bool:
    """Write down what the answer means; return whether the next message may go."""
    status = answer.status if answer else None
    if answer and status == TOO_MANY:
        asked = timedelta(seconds=answer.retry_after) or ASKED_TO_WAIT
        later = Now() + min(asked, LONGEST_ASKED)
        if message.kind == ReferralAsk.kind:
            return _wait_with_asks(message, later)
        _wait(message, status, quiet_until=later)
    elif answer and status in (TAKEN, *REFUSED) and "answer" in json_of(answer):
        return _end(message, MessageState.SENT if status == TAKEN else MessageState.REFUSED, status)
    else:
        now = clock.now()
        away_since = message.partner.away_since or now
        wait = max(FIRST_WAIT, min(now - away_since, LONGEST_WAIT))
        if status == FAULT and message.created_at < now - STUCK_AFTER:
            # Their site stumbles over this one each time: what is about other referrals passes it.
            _ours(message).update(due_at=now + 2 * LONGEST_WAIT)
        _wait(message, status, away_since=away_since, quiet_until=now + wait)
    return False


def _end(message: OutgoingMessage, state: MessageState, status: int | None) -> bool:
    """Settle it for good and tell who sent it; False where it is in other hands by now."""
    with transaction.atomic():
        message.state, message.status = state, status
        ended = {"state": state, "status": status, "settled_at": Now(), "body": ""}
        if not _ours(message).update(**ended, lease_until=None):
            return False
        if state != MessageState.GIVEN_UP:
            partner = Partner.objects.filter(pk=message.partner_id)
            partner.update(heard_at=Now(), away_since=None, quiet_until=None)
        settled(message)
    return True


def _wait(message: OutgoingMessage, status: int | None, **partner: Any) -> None:
    """Give the lease back, and leave the partner alone for a while."""
    with transaction.atomic():
        if _ours(message).update(status=status, lease_until=None):
            Partner.objects.filter(pk=message.partner_id).update(**partner)


def _wait_with_asks(message: OutgoingMessage, later: Combinable) -> bool:
    """Let what asks for something come later: too many of ours may be open there. The rest goes on."""
    with transaction.atomic():
        is_ours = _ours(message).update(status=TOO_MANY, lease_until=None) == 1
        asks = OutgoingMessage.objects.unsent().filter(kind=ReferralAsk.kind)
        asks.filter(partner=message.partner_id).update(due_at=later)
    return is_ours


def _ours(message: OutgoingMessage) -> OutgoingMessageQuerySet:
    """The row, unless another worker has taken it since."""
    rows: OutgoingMessageQuerySet = OutgoingMessage.objects.filter(
        pk=message.pk, state=MessageState.WAITING, tries=message.tries
    )
    return rows
