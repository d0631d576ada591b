"""Heads of records go to and fro: what one group rewrote, another one can tell (ADR 106, ADR 116)."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest, Now

from mutualaid.admin.history import write_history
from mutualaid.partners import outbox
from mutualaid.partners.messages import Seal as SealMessage
from mutualaid.partners.models import OutgoingMessage, Partner, WitnessedSeal
from mutualaid.partners.models.partner import PartnerQuerySet
from mutualaid.partners.registry import NotPossible, receives, settles
from mutualaid.partners.states import MessageState
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.record.models import Seal
from mutualaid.record.witnesses import Witness, register_witnesses

EACH = timedelta(days=1)
"""So often a partner gets our newest seal."""
MOST_A_DAY = 10
"""New seals of one partner that are kept in a day: it sends one. Assumed, not measured."""
DIFFERS = 422


def send_seals() -> Iterator[Partner]:
    """Send our newest seal to each live partner that is due, and yield it. Safe to run twice at once."""
    newest = Seal.objects.first() if current_policy().has_record else None
    if newest is None:
        return
    due = Q(seal_sent_at=None) | Q(seal_sent_at__lte=Now() - EACH)
    for partner in Partner.objects.live().filter(due).exclude(seal_number=newest.number):
        with transaction.atomic():
            taken = Partner.objects.live().filter(due, pk=partner.pk).update(seal_sent_at=Now())
            if taken:
                _send(partner, newest)
        if taken:
            yield partner


def _send(partner: Partner, seal: Seal) -> None:
    """The newest in the place of one that still waits: a head stands for all before it."""
    outbox.cancel_all(partner, only=[SealMessage.kind])
    told = SealMessage(number=seal.number, last_number=seal.last_number, head=seal.head)
    message = outbox.send(partner, told)
    OutgoingMessage.objects.filter(pk=message.pk).update(number=seal.number)


@settles(SealMessage)
def note_held(message: OutgoingMessage) -> None:
    """Note that a partner holds our head now, or says that it has another one of this number."""
    rows = Partner.objects.filter(pk=message.partner_id)
    if message.state == MessageState.SENT:
        rows.update(seal_number=Greatest(F("seal_number"), message.number))
    elif message.state == MessageState.REFUSED and message.status == DIFFERS:
        rows.filter(seal_differs_at=None).update(seal_differs_at=Now())


@receives(SealMessage)
def witness(partner: Partner, message: SealMessage) -> None:
    """Keep a seal of a partner's record. Raises `NotPossible` where another head of its number came before.

    Then the other one is kept beside it: either site wrote its record anew, and coordinators have to ask.
    """
    rows = WitnessedSeal.objects.filter(partner=partner)
    kept = rows.filter(number=message.number).first()
    if kept is None:
        if rows.filter(received_at__gt=Now() - timedelta(days=1)).count() >= MOST_A_DAY:
            raise NotPossible("too many")
        rows.create(
            partner=partner,
            number=message.number,
            last_number=message.last_number,
            head=message.head,
        )
    elif (kept.head, kept.last_number) != (message.head, message.last_number):
        raise NotPossible("differs", note=lambda: _note_other_head(kept, message.head))


def _note_other_head(kept: WitnessedSeal, head: str) -> None:
    rows = WitnessedSeal.objects.filter(pk=kept.pk).exclude(other_head=head)
    rows.update(other_head=head, differs_at=Now(), settled_at=None)


@transaction.atomic
def settle_difference(partner: Partner, *, by: User) -> None:
    """Note that the two groups talked about the heads that differ. The heads stay as they are."""
    settled = _open_differences().filter(partner=partner).update(settled_at=Now())
    told = Partner.objects.filter(pk=partner.pk, seal_differs_at__isnull=False)
    if told.update(seal_differs_at=None) or settled:
        write_history(partner, by=by, words="talked about records that differ")


def partners_whose_record_differs() -> PartnerQuerySet:
    """Return those with whom someone has to talk about a head that differs, of their record or ours."""
    theirs = Exists(_open_differences().filter(partner=OuterRef("pk")))
    rows: PartnerQuerySet = Partner.objects.filter(theirs | Q(seal_differs_at__isnull=False))
    return rows


@register_witnesses
def holders_of_our_heads() -> list[Witness]:
    """Return the partners that hold heads of our record now, and up to which seal."""
    rows = Partner.objects.live().filter(seal_number__gt=0).order_by("name", "pk")
    return [Witness(partner.name, partner.seal_number) for partner in rows]


def _open_differences() -> QuerySet[WitnessedSeal]:
    return WitnessedSeal.objects.filter(differs_at__isnull=False, settled_at=None)
