"""What of other groups waits for a coordinator."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from mutualaid.partners.messages import ReferralErase
from mutualaid.partners.models import OutgoingMessage, OutgoingReferral
from mutualaid.partners.states import MessageState

RECEIPT_DAYS = 7
"""Days in which a group says that it erased what we asked it to."""


def erasing_to_ring_about() -> QuerySet[OutgoingReferral]:
    """Those that we asked to erase, and of which no one says that it is done: ring that group.

    In a week there was no receipt, or the question did not get there.
    """
    lost = OutgoingMessage.objects.filter(
        partner=OuterRef("partner"),
        referral_id=OuterRef("public_id"),
        kind=ReferralErase.kind,
        state__in=(MessageState.REFUSED, MessageState.GIVEN_UP),
    )
    is_late = Q(erase_asked_at__lt=Now() - timedelta(days=RECEIPT_DAYS))
    asked = OutgoingReferral.objects.filter(erase_asked_at__isnull=False, erased_there_at=None)
    return asked.filter(is_late | Exists(lost)).select_related("partner")
