from django.db import transaction
from django.utils import timezone

from mutualaid.notify.outbox import enqueue, tell_room
from requests_app.actions.posting import announce
from requests_app.models import Claim, Need
from requests_app.moves import NEIGHBOUR, Actor, move_claim, move_need
from requests_app.states import CloseReason
from requests_app.telling import tell_neighbour


@transaction.atomic
def deliver_claim(claim: Claim, *, by: Actor) -> None:
    """The volunteer says it is done; from here on she no longer sees the contact details."""
    move_claim(claim, "deliver", delivered_at=timezone.now())
    move_need(claim.need, "deliver", by=by)
    tell_neighbour("need_delivered", claim.need, about_id=claim.pk)


@transaction.atomic
def confirm_arrival(need: Need, *, by: Actor = NEIGHBOUR) -> None:
    """The neighbour says that the help arrived."""
    move_need(need, "confirm", by=by, close_reason=CloseReason.FULFILLED)
    for claim in need.claims.live():
        move_claim(claim, "confirm")
        enqueue("claim_confirmed", about_id=claim.pk, to=claim.volunteer)


@transaction.atomic
def deny_arrival(need: Need) -> None:
    """The neighbour says that nothing arrived: it is open again. Nobody is blamed."""
    move_need(need, "not_arrived", by=NEIGHBOUR)
    for claim in need.claims.live():
        move_claim(claim, "not_arrived")
        tell_room("room_not_arrived", need.pk, key=f"room_not_arrived:{claim.pk}")
    announce(need)


@transaction.atomic
def withdraw_need(need: Need, *, by: Actor = NEIGHBOUR) -> None:
    """The neighbour takes her need back; whoever was on the way is told."""
    move_need(need, "withdraw", by=by, close_reason=CloseReason.WITHDRAWN)
    _cancel_claims(need)


@transaction.atomic
def close_need(need: Need, *, by: Actor, reason: CloseReason) -> None:
    """A coordinator closes a need and says why."""
    move_need(need, "close", by=by, reason=reason, close_reason=reason)
    tell_neighbour("need_closed", need, about_id=need.pk)
    _cancel_claims(need)


def _cancel_claims(need: Need) -> None:
    for claim in need.claims.live().select_related("volunteer"):
        move_claim(claim, "cancel")
        enqueue("claim_ended", about_id=claim.pk, to=claim.volunteer)
