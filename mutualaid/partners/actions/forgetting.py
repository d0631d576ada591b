"""A need of a partner is erased here, whoever wished it: the row keeps no one, and the partner is told."""

from collections.abc import Collection

from django.db import transaction
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.partners.actions.reporting import tell_how_it_stands
from mutualaid.partners.messages import ReferralErased
from mutualaid.partners.models import IncomingReferral
from mutualaid.partners.models.referral import NOTHING_WAITS
from mutualaid.partners.outbox import send
from mutualaid.partners.states import INCOMING_TRANSITIONS
from mutualaid.transitions import apply_transition


@transaction.atomic
def note_erased(referral: IncomingReferral) -> None:
    """Let the row hold no one any more, and tell the partner since when. Once: again it does nothing."""
    row = IncomingReferral.objects.filter(pk=referral.pk)
    apply_transition(row, INCOMING_TRANSITIONS["withdraw"], ended_at=Now())
    emptied = row.filter(erased_at=None).update(
        **NOTHING_WAITS, ask=None, need=None, withdraw_due=False, erased_at=Now()
    )
    if emptied:
        send(referral.partner, ReferralErased(referral.public_id, at=clock.now()))


@transaction.atomic
def forget_asks(ask_ids: Collection[int]) -> None:
    """Do that for all that were made into one of these asks, which are about to be erased."""
    referrals = IncomingReferral.objects.filter(ask__in=ask_ids).defer("contact")
    for referral in referrals.select_related("partner").order_by("pk"):
        tell_how_it_stands(referral.pk)
        note_erased(referral)
