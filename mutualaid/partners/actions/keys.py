"""Changing the key with which this site signs, and taking up the new key of a partner."""

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now

from mutualaid.admin.history import write_history
from mutualaid.partners import keys, outbox
from mutualaid.partners.messages import KeyRotate
from mutualaid.partners.models import OutgoingMessage, Partner, SigningKey
from mutualaid.partners.record import note_key
from mutualaid.partners.registry import NotPossible, receives, settles
from mutualaid.partners.states import MessageState, PartnerState
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged

TOLD = (PartnerState.LIVE, PartnerState.PAUSED)


class PairingUnderWay(Exception):
    """Someone is comparing digits with another group just now, and they are made of our key."""


@transaction.atomic
def rotate(*, by: User) -> SigningKey:
    """Make a new key, and tell it each partner by a message that is signed with the one before.

    Raises `PairingUnderWay` while a site is read and not agreed to, and `StateChanged` where someone else
    made a new key just now.
    """
    old = keys.current_key()
    retired = SigningKey.objects.filter(pk=old.pk, retired_at=None).update(retired_at=Now())
    if not retired:
        raise StateChanged("key")
    if Partner.objects.filter(state__in=(PartnerState.READ, PartnerState.COMPARED)).exists():
        raise PairingUnderWay
    new = keys.make_key()
    announced = KeyRotate(public_key=new.public_key, key_number=new.pk)
    for partner in Partner.objects.filter(state__in=TOLD).order_by("pk"):
        message = outbox.send(partner, announced)
        OutgoingMessage.objects.filter(pk=message.pk).update(number=new.pk)
        write_history(partner, by=by, words="our key changed")
    forget_unused()
    return new


@settles(KeyRotate)
def switch(message: OutgoingMessage) -> None:
    """Sign with the new key from the next message on, once the partner took it up."""
    if message.state == MessageState.SENT:
        rows = Partner.objects.filter(pk=message.partner_id, our_key__lt=message.number)
        rows.update(our_key=message.number)
        forget_unused()


@receives(KeyRotate)
def pin(partner: Partner, message: KeyRotate) -> None:
    """Pin the new key of a partner; one that is pinned already changes nothing.

    A number may be left out: of a key that never reached us. Raises `NotPossible` for a number that is not
    newer, and for a key that is ours or another partner's: then the partner goes on with the one before.
    """
    if message.public_key == partner.public_key:
        return
    if SigningKey.objects.filter(public_key=message.public_key).exists():
        raise NotPossible("our own key")
    others = Partner.objects.exclude(pk=partner.pk).exclude(state=PartnerState.ENDED)
    if others.filter(previous_key=message.public_key).exists():
        raise NotPossible("key of another")
    rows = Partner.objects.filter(
        pk=partner.pk, public_key=partner.public_key, key_number__lt=message.key_number
    )
    try:
        with transaction.atomic():
            pinned = rows.update(
                previous_key=F("public_key"),
                public_key=message.public_key,
                key_number=message.key_number,
            )
    except IntegrityError as error:
        raise NotPossible("key of another") from error
    if not pinned:
        raise NotPossible("no newer key")
    note_key(partner, message.public_key)


def forget_unused() -> None:
    """Empty the seed of each key that is retired, and that signs no message any more, nor will."""
    waiting = OutgoingMessage.objects.filter(state=MessageState.WAITING)
    signed = waiting.filter(partner__our_key=OuterRef("pk"))
    announced = waiting.filter(kind=KeyRotate.kind, number=OuterRef("pk"))
    known = Partner.objects.filter(our_key=OuterRef("pk")).exclude(state=PartnerState.ENDED)
    retired = SigningKey.objects.filter(retired_at__isnull=False)
    retired.filter(~Exists(signed), ~Exists(announced), ~Exists(known)).update(seed="")
