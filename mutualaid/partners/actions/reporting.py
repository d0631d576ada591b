"""How it stands here with a need of a partner: told once for each change, each time with a higher version."""

from collections.abc import Iterator
from http import HTTPStatus

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from mutualaid.partners.models import IncomingReferral, OutgoingMessage
from mutualaid.partners.models.referral import IncomingReferralQuerySet
from mutualaid.partners.outbox import send
from mutualaid.partners.protocol.messages import ReferralAnswer, ReferralStatus
from mutualaid.partners.protocol.versions import next_version
from mutualaid.partners.registry import settles
from mutualaid.partners.rules import is_live
from mutualaid.partners.states import (
    INCOMING_TRANSITIONS,
    IncomingState,
    StatusThere,
)
from mutualaid.transitions import apply_transition
from requests_app.models import Claim, Need
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


def status_of(need: Need, *, is_taken: bool) -> StatusThere:
    """Return how it stands with a need, as the group that asked about it is told.

    `is_taken` says whether someone is on the way for it.
    """
    while need.state == NeedState.MERGED and need.merged_into:
        need = need.merged_into
        is_taken = need.claims.on_the_way().exists()
    if need.state == NeedState.CLOSED:
        return _end_of(need)
    if need.state == NeedState.DELIVERED:
        return StatusThere.DONE
    return StatusThere.TAKEN if is_taken else StatusThere.LOOKING


@transaction.atomic
def tell_how_it_stands(pk: int) -> None:
    """Bring the state of a referral to that of its need, and tell the partner what is new.

    While the partnership is paused nothing is told; the sweep does so afterwards.
    """
    rows = IncomingReferral.objects.watched().select_for_update(of=("self",))
    referral = _with_needs(rows).filter(pk=pk).first()
    if referral is None:
        return
    status = _status_now(referral)
    row = IncomingReferral.objects.filter(pk=pk)
    _follow(row, IncomingState(referral.state), STATE_OF.get(status, IncomingState.RECEIVED))
    if _is_to_be_told(referral, status):
        tell(referral, status)


def tell_all() -> Iterator[int]:
    """Do so with each that differs from its need, or from what was told; yield their ids."""
    for referral in list(_with_needs(IncomingReferral.objects.watched())):
        status = _status_now(referral)
        moves = STATE_OF.get(status, IncomingState.RECEIVED) != referral.state
        if moves or _is_to_be_told(referral, status):
            tell_how_it_stands(referral.pk)
            yield referral.pk


def _with_needs(rows: IncomingReferralQuerySet) -> IncomingReferralQuerySet:
    on_the_way = Claim.objects.on_the_way().filter(need=OuterRef("need"))
    related = "partner", "need", "need__merged_into"
    return rows.select_related(*related).defer("contact").annotate(is_taken=Exists(on_the_way))


def _status_now(referral: IncomingReferral) -> StatusThere:
    return status_of(referral.need, is_taken=referral.is_taken)  # type: ignore[attr-defined, arg-type]


def _is_to_be_told(referral: IncomingReferral, status: StatusThere) -> bool:
    is_told = referral.told_state == status or referral.unknown_there_at is not None
    return not is_told and is_live(referral.partner)


def tell(referral: IncomingReferral, status: StatusThere) -> None:
    """Send a status, with a version above all before."""
    version = next_version(referral.version)
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
