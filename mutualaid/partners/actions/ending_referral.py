"""Changing the state of a need that a group is asked about, and ending it: who is told, what is erased.

Whoever calls this has locked the need, and no referral: messages are cancelled before the row of the referral
is changed, in the order in which a delivery takes the two.
"""

from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now

from mutualaid.partners import outbox
from mutualaid.partners.models import OutgoingMessage, OutgoingReferral
from mutualaid.partners.protocol.messages import (
    OfReferral,
    ReferralAsk,
    ReferralContact,
    ReferralErase,
    ReferralWithdraw,
)
from mutualaid.partners.states import (
    LIVE_OUTGOING,
    OUTGOING_TRANSITIONS,
    MessageState,
    OutgoingState,
)
from mutualaid.transitions import StateChanged, apply_transition


def move(referral: OutgoingReferral, action: str, **fields: object) -> bool:
    """Make a transition of `OUTGOING_TRANSITIONS`, and read the row anew; False where it is not possible.

    What ends has its time, and the sweep goes on with its need unless `next_due` says no.
    """
    rule = OUTGOING_TRANSITIONS[action]
    if rule.target not in LIVE_OUTGOING:
        fields = {"ended_at": Now(), "next_due": True} | fields
    moved = apply_transition(OutgoingReferral.objects.filter(pk=referral.pk), rule, **fields)
    referral.refresh_from_db()
    return moved == 1


def end_referral(
    referral: OutgoingReferral, action: str, *, next_due: bool = True, **fields: object
) -> None:
    """End what a group is asked on our side: it is told, and asked to erase. Raises `StateChanged`.

    What no one has seen is cancelled, and the group hears nothing of it. `next_due` says whether the sweep
    is to go on with the need; `fields` are further columns that change with the state.
    """
    never_asked = referral.state == OutgoingState.ASKED and _unsend(referral, ReferralAsk)
    never_told = _unsend(referral, ReferralContact)
    if not move(referral, action, next_due=next_due, **fields):
        raise StateChanged(action)
    if never_told:
        _note(referral, contact_sent_at=None)
    if not never_asked:
        outbox.send(referral.partner, ReferralWithdraw(referral.public_id))
        erase_there(referral)


def erase_there(referral: OutgoingReferral) -> None:
    """Ask the group to erase who this is about, once; a receipt is waited for if it may know that.

    It is asked in any case: after a backup of ours was restored it may know more than our row says.
    """
    if referral.erase_asked_at:
        return
    if referral.contact_sent_at:
        _note(referral, erase_asked_at=Now())
    outbox.send(referral.partner, ReferralErase(referral.public_id))


def note_erased(referral: OutgoingReferral, at: datetime) -> None:
    """Note that the group erased it, if it could hold anything; the first time counts."""
    rows = OutgoingReferral.objects.filter(pk=referral.pk, contact_sent_at__isnull=False)
    rows.filter(erased_there_at=None).update(erased_there_at=at)


def _unsend(referral: OutgoingReferral, message: type[OfReferral]) -> bool:
    """Cancel what waits of this kind; return whether all of it was cancelled before it was ever tried."""
    outbox.cancel(referral.public_id, [message.kind])
    rows = OutgoingMessage.objects.filter(
        partner=referral.partner_id, referral_id=referral.public_id, kind=message.kind
    )
    untried = Q(state=MessageState.CANCELLED, tries=0)
    return rows.filter(untried).exists() and not rows.exclude(untried).exists()


def _note(referral: OutgoingReferral, **fields: object) -> None:
    OutgoingReferral.objects.filter(pk=referral.pk).update(**fields)
    referral.refresh_from_db(fields=list(fields))
