"""How it stands here with a need of a partner: told once for each change, each time with a higher version."""

from collections.abc import Iterator
from http import HTTPStatus

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.partners.messages import ReferralAnswer, ReferralStatus
from mutualaid.partners.models import IncomingReferral, OutgoingMessage
from mutualaid.partners.outbox import send
from mutualaid.partners.registry import settles
from mutualaid.partners.rules import is_live
from mutualaid.partners.states import (
    ENDED_HERE,
    INCOMING_TRANSITIONS,
    IncomingState,
    StatusThere,
)
from mutualaid.transitions import apply_transition
from requests_app.models import Need
from requests_app.states import CloseReason, NeedState

REPORT = "mutualaid.partners.tasks.report"
ARRIVED = (CloseReason.FULFILLED, CloseReason.PARTLY, CloseReason.UNCONFIRMED)
"""Help came, or was said to have come and no one said otherwise: no other group has to look on."""
NOT_NEEDED = (CloseReason.WITHDRAWN, CloseReason.OTHER_HELP, CloseReason.DUPLICATE)
"""The neighbour took it back here, or is helped in another way."""
STATE_OF = {
    StatusThere.CONFIRMED: IncomingState.CONFIRMED,
    StatusThere.UNMET: IncomingState.UNMET,
    StatusThere.NOT_NEEDED: IncomingState.NOT_NEEDED,
}
"""Any other status: we look for someone, or they come."""
ENDS_BY = {
    IncomingState.CONFIRMED: "confirm",
    IncomingState.UNMET: "fail",
    IncomingState.NOT_NEEDED: "drop",
}


def status_of(need: Need) -> StatusThere:
    """Return how it stands with a need, as the group that asked about it is told."""
    if need.state == NeedState.MERGED and need.merged_into:
        return status_of(need.merged_into)
    if need.state == NeedState.CLOSED:
        return _end_of(need)
    if need.state == NeedState.DELIVERED:
        return StatusThere.DONE
    is_taken = need.claims.on_the_way().exists()
    return StatusThere.TAKEN if is_taken else StatusThere.LOOKING


@transaction.atomic
def tell_how_it_stands(pk: int) -> None:
    """Bring the state of a referral to that of its need, and tell the partner what is new.

    While the partnership is paused nothing is told; the sweep does so afterwards.
    """
    rows = IncomingReferral.objects.select_for_update(of=("self",)).defer("contact")
    watched = rows.filter(pk=pk, state__in=(IncomingState.RECEIVED, *ENDED_HERE))
    referral = watched.filter(need__isnull=False).select_related("partner", "need").first()
    if referral is None or referral.need is None:
        return
    status = status_of(referral.need)
    row = IncomingReferral.objects.filter(pk=pk)
    _follow(row, IncomingState(referral.state), STATE_OF.get(status, IncomingState.RECEIVED))
    is_told = referral.told_state == status or referral.unknown_there_at
    if not is_told and is_live(referral.partner):
        tell(referral, status)


def tell_all() -> Iterator[int]:
    """Do so with all that have a need here; yield their ids."""
    for pk in list(IncomingReferral.objects.watched().values_list("pk", flat=True)):
        tell_how_it_stands(pk)
        yield pk


def tell(referral: IncomingReferral, status: StatusThere) -> None:
    """Send a status, with a version above all before, those of a backup's lost future included."""
    version = max(referral.version + 1, int(clock.now().timestamp()))
    IncomingReferral.objects.filter(pk=referral.pk).update(told_state=status, version=version)
    send(referral.partner, ReferralStatus(referral.public_id, state=status, version=version))


@settles(ReferralAnswer)
@settles(ReferralStatus)
def hear_what_became_of_it(message: OutgoingMessage) -> None:
    """Note that the partner knows nothing of it any more. Help that is promised to a neighbour goes on."""
    if message.status != HTTPStatus.NOT_FOUND:
        return
    about = {"partner": message.partner_id, "public_id": message.referral_id}
    row = IncomingReferral.objects.filter(**about)
    row.filter(unknown_there_at=None).update(unknown_there_at=Now())
    not_begun = row.filter(state__in=(IncomingState.ASKED, IncomingState.ACCEPTED))
    apply_transition(not_begun, INCOMING_TRANSITIONS["withdraw"], ended_at=Now())


def _follow(row: QuerySet[IncomingReferral], now: IncomingState, state: IncomingState) -> None:
    """Move to the state that the need is in; from one end to another by way of looking again."""
    if now == state:
        return
    apply_transition(row, INCOMING_TRANSITIONS["reopen"], ended_at=None)
    if action := ENDS_BY.get(state):
        apply_transition(row, INCOMING_TRANSITIONS[action], ended_at=Now())


def _end_of(need: Need) -> StatusThere:
    if need.close_reason in ARRIVED:
        return StatusThere.CONFIRMED
    return StatusThere.NOT_NEEDED if need.close_reason in NOT_NEEDED else StatusThere.UNMET
