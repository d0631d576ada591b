from django.db import transaction
from django.db.models.functions import Now

from mutualaid.notify.outbox import enqueue, notify_team_chat
from mutualaid.transitions import StateChanged
from requests_app.actions.sending import announce
from requests_app.lifecycle.actors import NEIGHBOUR, Actor
from requests_app.lifecycle.transitions import apply_claim_transition, lock_need, transition
from requests_app.models import Claim, Need
from requests_app.models.claim import ClaimQuerySet
from requests_app.models.need import MOST_HELPERS
from requests_app.notifications.neighbour import notify_neighbour
from requests_app.states import ClaimState, CloseReason


@transaction.atomic
def deliver_claim(claim: Claim, *, by: Actor) -> None:
    """The volunteer says it is done; from here on they no longer see the contact details."""
    with transition(claim.need, "deliver", by=by):
        apply_claim_transition(claim, "deliver", delivered_at=Now())
    notify_neighbour("need_delivered", claim.need, about_id=claim.pk)
    enqueue("claim_done", about_id=claim.pk, to=claim.volunteer)


@transaction.atomic
def confirm_arrival(need: Need, *, by: Actor = NEIGHBOUR) -> None:
    """The neighbour says that the help arrived. Of several helpers, who is still to come may come."""
    with transition(need, "confirm", by=by):
        _confirm(need)


@transaction.atomic
def need_more(need: Need) -> None:
    """Part of it arrived: whoever brought it is thanked, and one more helper is looked for.

    Raises `StateChanged` when it wants as many helpers as there may be already.
    """
    lock_need(need)
    if need.helpers_wanted == MOST_HELPERS:
        raise StateChanged("need_more")
    with transition(need, "need_more", by=NEIGHBOUR, helpers_wanted=need.helpers_wanted + 1):
        _confirm(need)
    announce(need)


@transaction.atomic
def report_not_arrived(need: Need) -> None:
    """The neighbour says that nothing arrived: it is open again. Nobody is blamed."""
    with transition(need, "not_arrived", by=NEIGHBOUR):
        for claim in _said_to_be_done(need):
            apply_claim_transition(claim, "not_arrived")
            notify_team_chat(
                "team_chat_not_arrived", need.pk, key=f"team_chat_not_arrived:{claim.pk}"
            )
    announce(need)


@transaction.atomic
def withdraw_need(need: Need, *, by: Actor = NEIGHBOUR) -> None:
    """The neighbour takes their need back; whoever was on the way is told."""
    with transition(need, "withdraw", by=by, end=CloseReason.WITHDRAWN):
        _cancel_claims(need)


@transaction.atomic
def close_need(need: Need, *, by: Actor, reason: CloseReason) -> None:
    """A coordinator closes a need and says why."""
    with transition(need, "close", by=by, reason=reason, close_reason=reason):
        _cancel_claims(need)
    notify_neighbour("need_closed", need, about_id=need.pk)


def _confirm(need: Need) -> None:
    """What was said to be done has arrived; with nothing said yet, what was on the way has."""
    arrived = list(need.claims.filter(state=ClaimState.DELIVERED))
    for claim in arrived or _some(need.claims.on_the_way(), "confirm"):
        apply_claim_transition(claim, "confirm")
        enqueue("claim_confirmed", about_id=claim.pk, to=claim.volunteer)


def _said_to_be_done(need: Need) -> list[Claim]:
    return _some(need.claims.filter(state=ClaimState.DELIVERED), "not_arrived")


def _some(claims: ClaimQuerySet, action: str) -> list[Claim]:
    found = list(claims.select_related("volunteer"))
    if not found:
        raise StateChanged(action)
    return found


def _cancel_claims(need: Need) -> None:
    for claim in need.claims.live().select_related("volunteer"):
        apply_claim_transition(claim, "cancel")
        enqueue("claim_ended", about_id=claim.pk, to=claim.volunteer)
