"""Taking up a message once: its row, what its receiver writes and the answer, all or nothing."""

import logging
import math
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.boundary.incoming import NONSENSE
from mutualaid.partners import outbox
from mutualaid.partners.models import IncomingMessage, IncomingReferral, Partner
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.messages import FORGETTING, Message, ReferralAsk
from mutualaid.partners.protocol.signatures import Signature
from mutualaid.partners.registry import NotBetweenUs, NotPossible, receiver_of
from mutualaid.partners.states import LIVE_INCOMING, PartnerState

A_MINUTE = timedelta(minutes=1)
MOST_IN_A_MINUTE = 60
MOST_OPEN = 200
"""Needs of one partner that wait here for an answer or for someone."""
AGAIN_IN_SECONDS = 900
"""Once so many are open: by then a coordinator may have answered some."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a partner gets: the status, a word, and for a 429 after how many seconds it may come again."""

    status: int
    word: str
    retry_after: int = 0


TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
TAKEN_UP = Answer(HTTPStatus.OK, "taken up")
OTHER_BYTES = Answer(HTTPStatus.CONFLICT, "other bytes came with this id")
NOT_BETWEEN_US = Answer(HTTPStatus.NOT_FOUND, "not between us")


def receive(partner: Partner, signature: Signature, body: bytes) -> Answer | None:
    """Take up the message of a partner, and return the answer; None where nothing of it is taken.

    Of a partner that is not live that is all but what lets people be forgotten, and by a key that it has
    changed since, all that did not come before.

    The same bytes get the same answer ever after, whether they were taken up or refused for what they say,
    and change nothing. What came too often is not noted: it may come again.
    """
    try:
        message: Message | Answer = _read(body, signature.message_id)
    except wire.Unreadable as error:
        message = Answer(HTTPStatus.UNPROCESSABLE_ENTITY, f"unreadable: {error}")
    if not _may_send(partner, message):
        return None
    digest = sha256(body).hexdigest()
    with transaction.atomic():
        # One message of a partner after the other: the limits hold exactly, and a pause does at once.
        partner = Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
        if not _may_send(partner, message):
            return None
        same_id = {"partner": partner, "message_id": signature.message_id}
        known = IncomingMessage.objects.filter(**same_id).first()
        if known:
            return Answer(known.status, known.answer) if known.digest == digest else OTHER_BYTES
        if partner.public_key != signature.key_id:
            return None
        if too_many := _too_many(partner, message):
            return too_many
        answer = message if isinstance(message, Answer) else _taken_up(partner, message)
        IncomingMessage.objects.create(
            **same_id,
            kind="" if isinstance(message, Answer) else message.kind,
            digest=digest,
            status=answer.status,
            answer=answer.word,
        )
        outbox.heard_from(partner)
        if partner.clock_wrong_since:
            Partner.objects.filter(pk=partner.pk).update(
                clock_wrong_since=None, clock_off_seconds=None
            )
    return answer


def _may_send(partner: Partner, message: Message | Answer) -> bool:
    """Whether anything is taken of this partner, and if it is paused or ended, whether this is."""
    if partner.state == PartnerState.LIVE:
        return True
    was_live = partner.live_at is not None
    return was_live and isinstance(message, Message) and message.kind in FORGETTING


def _read(body: bytes, signed_id: UUID) -> Message:
    message_id, message = wire.read(body)
    if message_id != signed_id:
        raise wire.Unreadable("id")
    return message


def _taken_up(partner: Partner, message: Message) -> Answer:
    receiver = receiver_of(message.kind)
    if receiver is None:
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable: kind")
    try:
        with transaction.atomic():
            receiver[1](partner, message)
    except NotBetweenUs:
        return NOT_BETWEEN_US
    except NotPossible as error:
        if error.note:
            error.note()
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    except NONSENSE as error:  # it would come again and again, and all else wait behind it
        log.warning("nonsense", exc_info=error)
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable: value")
    return TAKEN_UP


def _too_many(partner: Partner, message: Message | Answer) -> Answer | None:
    """Return the answer where the partner has to wait."""
    if isinstance(message, ReferralAsk):
        is_open = IncomingReferral.objects.filter(partner=partner, state__in=LIVE_INCOMING)
        if is_open.count() >= MOST_OPEN:
            return Answer(TOO_MANY, "too many are open", AGAIN_IN_SECONDS)
    of_this_minute = IncomingMessage.objects.filter(
        partner=partner, received_at__gt=Now() - A_MINUTE, received_at__lte=Now()
    )
    newest = of_this_minute.annotate(now=Now()).order_by("-received_at")
    row = newest.values_list("received_at", "now")[MOST_IN_A_MINUTE - 1 :].first()
    if row is None:
        return None
    received_at, now = row
    return Answer(TOO_MANY, "too often", math.ceil((received_at + A_MINUTE - now).total_seconds()))
