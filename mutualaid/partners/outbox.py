"""Putting a message to a partner into the outbox, and taking it back while it waits."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from mutualaid.celery import enqueue_on_commit
from mutualaid.notify.outbox import OutsideTransaction
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.models.messages import OutgoingMessageQuerySet
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.messages import Message, OfReferral
from mutualaid.partners.states import MessageState

DELIVER = "mutualaid.partners.tasks.deliver"
NEWS_AGE = timedelta(minutes=1)


def send(partner: Partner, message: Message) -> OutgoingMessage:
    """Write one message to a partner, in the transaction it reports on. It goes after all that wait already.

    Raises `OutsideTransaction` outside `transaction.atomic()`.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(message.kind)
    row = OutgoingMessage(
        partner=partner,
        kind=message.kind,
        referral_id=message.referral if isinstance(message, OfReferral) else None,
    )
    row.body = wire.write(message, message_id=row.message_id).decode()
    row.save(force_insert=True)
    enqueue_on_commit(DELIVER, partner.pk)
    return row


def cancel(referral_id: UUID, kinds: Collection[str]) -> int:
    """Cancel the messages of these kinds about a referral that no worker has yet; return how many."""
    rows = OutgoingMessage.objects.unsent().filter(referral_id=referral_id, kind__in=kinds)
    return _cancel(rows)


def cancel_all(partner: Partner, *, only: Collection[str] = (), but: Collection[str] = ()) -> int:
    """Cancel what waits for a partner, `only` or all `but` these kinds; return how many."""
    rows = OutgoingMessage.objects.unsent().filter(partner=partner).exclude(kind__in=but)
    return _cancel(rows.filter(kind__in=only) if only else rows)


def _cancel(rows: OutgoingMessageQuerySet) -> int:
    return rows.update(state=MessageState.CANCELLED, body="", settled_at=Now(), lease_until=None)


def heard_from(partner: Partner) -> None:
    """Note that a partner's site spoke to us, and send what waits for it at once if it was away.

    In the transaction of what it said; the row is written once a minute at most.
    """
    row = Partner.objects.filter(pk=partner.pk)
    lately = Q(heard_at__gt=Now() - NEWS_AGE, away_since=None)
    is_news = row.exclude(lately).update(heard_at=Now(), away_since=None, quiet_until=None)
    if is_news and OutgoingMessage.objects.unsent().filter(partner=partner).exists():
        enqueue_on_commit(DELIVER, partner.pk)
