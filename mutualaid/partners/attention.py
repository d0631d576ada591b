"""What of other groups waits for a coordinator."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from mutualaid.partners.models import IncomingReferral, OutgoingMessage, OutgoingReferral
from mutualaid.partners.protocol.messages import ReferralErase
from mutualaid.partners.rules import has_partners
from mutualaid.partners.states import IncomingState, MessageState


class NeedsOfGroups(NamedTuple):
    """So many needs of other groups are `to_answer`, the `first` until then.

    `lost` are those that go on here, and of which the other group knows nothing any more.
    """

    to_answer: int
    first: datetime | None
    lost: int


RECEIPT_DAYS = 7
"""Days in which a group says that it erased what we asked it to."""


def needs_of_groups() -> NeedsOfGroups | None:
    """What waits for a coordinator, in one query; None where the group does without other groups."""
    if not has_partners():
        return None
    is_waiting = Q(pk__in=IncomingReferral.objects.to_answer().order_by().values("pk"))
    is_lost = Q(state=IncomingState.RECEIVED, unknown_there_at__isnull=False)
    counted = IncomingReferral.objects.live().aggregate(
        to_answer=Count("pk", filter=is_waiting),
        first=Min("answer_by", filter=is_waiting),
        lost=Count("pk", filter=is_lost),
    )
    return NeedsOfGroups(**counted)


class GroupToRing(NamedTuple):
    """A group that has not said that it erased what it knows, of so `many` needs."""

    name: str
    phone: str
    many: int


def groups_to_ring_about_erasing() -> list[GroupToRing]:
    """Return the groups of `erasing_to_ring_about`, each once."""
    rows = erasing_to_ring_about().order_by("partner__name", "partner")
    found = rows.values_list("partner__name", "partner__phone", "partner")
    counted = found.annotate(many=Count("pk"))
    return [GroupToRing(name, phone, many) for name, phone, _partner, many in counted]


def erasing_to_ring_about() -> QuerySet[OutgoingReferral]:
    """Those that we asked to erase, and of which no one says that it is done.

    In a week there was no receipt, or the wish did not get there.
    """
    lost = OutgoingMessage.objects.filter(
        partner=OuterRef("partner"),
        referral_id=OuterRef("public_id"),
        kind=ReferralErase.kind,
        state__in=(MessageState.REFUSED, MessageState.GIVEN_UP),
    )
    is_late = Q(erase_asked_at__lt=Now() - timedelta(days=RECEIPT_DAYS))
    asked = OutgoingReferral.objects.filter(erase_asked_at__isnull=False, erased_there_at=None)
    return asked.filter(is_late | Exists(lost))
