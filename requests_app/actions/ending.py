"""The help is done, arrives or does not, and a need is withdrawn or closed."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now

from mutualaid.notify.outbox import (
    HeldBatch,
    Told,
    enqueue,
    enqueue_all,
    notify_team_chat,
)
from mutualaid.transitions import StateChanged
from requests_app.actions.newcomers import count_help_of, note_read
from requests_app.actions.sending import announce
from requests_app.actions.undoing import new_batch
from requests_app.lifecycle.actors import NEIGHBOUR, SITE, Actor
from requests_app.lifecycle.transitions import (
    apply_claim_transition,
    apply_claim_transition_to_all,
    apply_need_transition,
    apply_need_transition_to_all,
    lock_need,
    needs_in_parts,
    transition,
)
from requests_app.models import Ask, Claim, Need
from requests_app.models.claim import ClaimQuerySet
from requests_app.models.need import MOST_HELPERS
from requests_app.notifications.neighbour import (
    notify_neighbour,
    told_to_neighbours,
    told_to_volunteers,
)
from requests_app.signals import help_confirmed
from requests_app.states import ClaimState, CloseReason


class Closed(NamedTuple):
    """The needs that were closed.

    `code` names the batch for `undo_step`; "" where it cannot be undone, as messages do not wait.
    """

    code: str
    closed: list[Need]


@transaction.atomic
def deliver_claim(claim: Claim, *, by: Actor) -> None:
    """The volunteer says it is done. From now on they do not see the contact details any more.

    Raises `StateChanged` if the claim is not on the way any more.
    """
    with transition(claim.need, "deliver", by=by):
        apply_claim_transition(claim, "deliver", delivered_at=Now())
    notify_neighbour("need_delivered", claim.need, about_id=claim.pk)
    enqueue("claim_done", about_id=claim.pk, to=claim.volunteer)


@transaction.atomic
def confirm_arrival(need: Need, *, by: Actor = NEIGHBOUR) -> None:
    """The neighbour says that the help arrived; see `_confirm_claims`.

    Raises `StateChanged` if the need has no live claim.
    """
    _lock_ask_of(need)
    note_read(need.ask, by=by)
    with transition(need, "confirm", by=by):
        confirmed = _confirm_claims(need)
    _note_help(need, confirmed)


@transaction.atomic
def need_more(need: Need) -> None:
    """The neighbour says that part of the help arrived: it is confirmed, and one more helper is wanted.

    Raises `StateChanged` if the need has no live claim, or wants `MOST_HELPERS` already.
    """
    _lock_ask_of(need)
    lock_need(need)
    if need.helpers_wanted == MOST_HELPERS:
        raise StateChanged("need_more")
    with transition(need, "need_more", by=NEIGHBOUR, helpers_wanted=need.helpers_wanted + 1):
        confirmed = _confirm_claims(need)
    _note_help(need, confirmed)
    announce(need)


@transaction.atomic
def report_not_arrived(need: Need) -> None:
    """The neighbour says that nothing arrived: claims that were said to be done end, and it is open again.

    Raises `StateChanged` if no claim was said to be done.
    """
    with transition(need, "not_arrived", by=NEIGHBOUR):
        for claim in _at_least_one(_done(need), "not_arrived"):
            apply_claim_transition(claim, "not_arrived")
            notify_team_chat(
                "team_chat_not_arrived", need.pk, key=f"team_chat_not_arrived:{claim.pk}"
            )
    announce(need)


@transaction.atomic
def withdraw_need(need: Need, *, by: Actor = NEIGHBOUR) -> None:
    """Close a need that is no longer wanted; whoever was on the way is told.

    Raises `StateChanged` if it is closed, merged, or said to be done.
    """
    with transition(need, "withdraw", by=by, end=CloseReason.WITHDRAWN):
        _cancel_claims(need)


@transaction.atomic
def close_need(need: Need, *, by: Actor, reason: CloseReason) -> None:
    """Close a need as a coordinator; the neighbour and whoever was on the way are told.

    Raises `StateChanged` if it is closed already.
    """
    if not close_each([need], by=by, reason=reason):
        raise StateChanged("close")


def close_helped_elsewhere(need: Need) -> None:
    """Close a need that was passed on, as help came there. Of it the caller tells the neighbour.

    Raises `StateChanged` if it is closed already.
    """
    apply_need_transition(need, "close", by=SITE, close_reason=CloseReason.OTHER_HELP)


def close_needs(needs: Iterable[Need], *, by: Actor, reason: CloseReason) -> Closed:
    """Close those of several needs that are not closed already, in a few queries, and hold their messages.

    They wait for the policy's `change_notice_minutes`; with 0 they go out at once, and nothing can be
    undone.
    """
    batch = new_batch()
    closed = [
        need
        for part in needs_in_parts(needs)
        for need in close_each(part, by=by, reason=reason, batch=batch)
    ]
    return Closed(batch.code if batch and closed else "", closed)


@transaction.atomic
def close_each(
    needs: Collection[Need], *, by: Actor, reason: CloseReason, batch: HeldBatch | None = None
) -> list[Need]:
    """Do what `close_need` does for those of several needs that are not closed already; returns them.

    In a `batch` the messages wait, and the closing can be undone: see `undo_step`.
    """
    closed = apply_need_transition_to_all(
        needs, "close", by=by, reason=reason, batch=batch, close_reason=reason
    )
    live = list(Claim.objects.live().filter(need__in=closed).select_related("volunteer"))
    by_pk = {need.pk: need for need in closed}
    for claim in live:
        claim.need = by_pk[claim.need_id]
    # The same moment in both rows tells, if it is undone, which claims ended with the need.
    closed_at = Subquery(Need.objects.filter(pk=OuterRef("need")).values("closed_at"))
    enqueue_all([*_cancel(live, closed_at), *told_to_neighbours("need_closed", closed)], batch)
    return closed


def _lock_ask_of(need: Need) -> None:
    """Lock the ask before the need, so that a help and the reading of the ask do not miss each other."""
    list(Ask.objects.filter(pk=need.ask_id).select_for_update(no_key=True).values_list("pk"))


def _confirm_claims(need: Need) -> list[Claim]:
    """Confirm the claims that were said to be done, or, if none was, those on the way; return them.

    So of several helpers, those who have not been yet still come. Raises `StateChanged` if there is
    neither.
    """
    done = _done(need).select_related("volunteer")
    claims = list(done) or _at_least_one(need.claims.on_the_way(), "confirm")
    for claim in claims:
        apply_claim_transition(claim, "confirm")
        enqueue("claim_confirmed", about_id=claim.pk, to=claim.volunteer)
    return claims


def _note_help(need: Need, confirmed: Collection[Claim]) -> None:
    """Make its volunteers known, and tell the rooms above."""
    count_help_of(claim.volunteer for claim in confirmed)
    help_confirmed.send(sender=Need, need=need, claims=confirmed)


def _done(need: Need) -> ClaimQuerySet:
    done: ClaimQuerySet = need.claims.filter(state=ClaimState.DELIVERED)
    return done


def _at_least_one(claims: ClaimQuerySet, action: str) -> list[Claim]:
    """The claims with their volunteers. Raises `StateChanged` if there are none."""
    rows = list(claims.select_related("volunteer"))
    if not rows:
        raise StateChanged(action)
    return rows


def _cancel_claims(need: Need) -> None:
    """Cancel the live claims and tell their volunteers."""
    enqueue_all(_cancel(list(need.claims.live().select_related("volunteer", "need")), Now()))


def _cancel(claims: Collection[Claim], ended_at: Now | Subquery) -> list[Told]:
    """Cancel claims; returns the messages to their volunteers, one for each ask."""
    apply_claim_transition_to_all(claims, "cancel", ended_at=ended_at)
    return told_to_volunteers("claim_ended", claims)
