"""What a partner says of a need that it asks us about: noted at once, taken up by the worker or the sweep."""

import json

from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.celery import enqueue_on_commit
from mutualaid.partners.actions.cleaning import area_of, asked_of, contact_of, kind_of
from mutualaid.partners.actions.forgetting import note_erased
from mutualaid.partners.messages import (
    OfReferral,
    ReferralAsk,
    ReferralContact,
    ReferralErase,
    ReferralErased,
    ReferralWithdraw,
)
from mutualaid.partners.models import IncomingReferral, Partner
from mutualaid.partners.models.referral import NOTHING_WAITS
from mutualaid.partners.notifications.incoming import tell_team_of
from mutualaid.partners.outbox import send
from mutualaid.partners.registry import NotBetweenUs, NotPossible, receives
from mutualaid.partners.states import ENDED_HERE, INCOMING_TRANSITIONS, IncomingState
from mutualaid.transitions import apply_transition

TAKE_UP = "mutualaid.partners.tasks.take_up"


@receives(ReferralAsk)
def receive_ask(partner: Partner, message: ReferralAsk) -> None:
    """Note what we are asked, and tell the coordinators. The same need again changes nothing.

    Raises `NotPossible` for what no group could answer.
    """
    asked = asked_of(message)
    referral, is_new = IncomingReferral.objects.get_or_create(
        partner=partner,
        public_id=message.referral,
        defaults={
            "asked": asked,
            "answer_by": message.answer_by,
            "category": kind_of(asked),
            "locality": area_of(asked),
        },
    )
    if is_new:
        tell_team_of(referral)


@receives(ReferralContact)
def receive_contact(partner: Partner, message: ReferralContact) -> None:
    """Keep contact details until they are taken up. What comes later replaces what waits.

    Who sends them again has not heard how it stands: it is told anew, and where it is over, that alone.
    Raises `NotBetweenUs` for a need that we were not asked about, and `NotPossible` where we did not say
    yes, or it is over: then nothing of it is kept.
    """
    referral = _locked(partner, message)
    is_expected = referral.state in (IncomingState.ACCEPTED, IncomingState.RECEIVED, *ENDED_HERE)
    if not is_expected or referral.erase_asked_at or referral.erased_at:
        raise NotPossible("not expected")
    row = IncomingReferral.objects.filter(pk=referral.pk)
    row.update(told_state="", unknown_there_at=None)
    if referral.state in ENDED_HERE:
        return
    contact = contact_of(message)
    apply_transition(row, INCOMING_TRANSITIONS["receive"])
    row.update(contact_at=Now())
    referral.contact = json.dumps(contact)
    referral.save(update_fields=["contact"])
    enqueue_on_commit(TAKE_UP, referral.pk)


@receives(ReferralWithdraw)
def receive_withdrawal(partner: Partner, message: ReferralWithdraw) -> None:
    """Note that it is not asked any more; what was made of it is then withdrawn.

    Raises `NotBetweenUs` for a need that we were not asked about.
    """
    referral = _locked(partner, message)
    row = IncomingReferral.objects.filter(pk=referral.pk)
    if apply_transition(
        row,
        INCOMING_TRANSITIONS["withdraw"],
        ended_at=Now(),
        **NOTHING_WAITS,
        withdraw_due=referral.need_id is not None,
    ):
        enqueue_on_commit(TAKE_UP, referral.pk)


@receives(ReferralErase)
def receive_erasure(partner: Partner, message: ReferralErase) -> None:
    """Erase what waits, and leave due what was made of it. Asked again, it is said again.

    It is said, too, of a need that we know nothing of, as after a backup was restored.
    """
    try:
        referral = _locked(partner, message)
    except NotBetweenUs:
        send(partner, ReferralErased(message.referral, at=clock.now()))
        return
    row = IncomingReferral.objects.filter(pk=referral.pk)
    if referral.erased_at:
        send(partner, ReferralErased(message.referral, at=referral.erased_at))
    elif referral.ask_id is None:
        row.update(**NOTHING_WAITS, erase_asked_at=Now())
        note_erased(referral)
    else:
        row.update(**NOTHING_WAITS, erase_asked_at=Now())
        enqueue_on_commit(TAKE_UP, referral.pk)


def _locked(partner: Partner, message: OfReferral) -> IncomingReferral:
    """The need that the message is about. Raises `NotBetweenUs` where this partner never asked about it."""
    rows = IncomingReferral.objects.select_for_update(of=("self",)).defer("contact")
    referral = rows.filter(partner=partner, public_id=message.referral).first()
    if referral is None:
        raise NotBetweenUs
    return referral
