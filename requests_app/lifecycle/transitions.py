"""Transitions: with the need locked, its claims change, and its state and history follow."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models.functions import Now

from mutualaid.transitions import StateChanged, Transition, apply_transition
from requests_app.coordinators import notify_intake_coordinator
from requests_app.lifecycle.actors import Actor
from requests_app.lifecycle.closing_batch import ClosingBatch, held
from requests_app.models import Ask, Claim, Erased, Need, NeedEvent
from requests_app.states import (
    ASIDE,
    BEFORE_CLOSE,
    CLAIM_TRANSITIONS,
    DERIVED_FROM_CLAIMS,
    LIVE_CLAIM,
    NEED_TRANSITIONS,
    CloseReason,
    NeedState,
    close_reason_from_claims,
    state_from_claims,
)


@contextmanager
def transition(
    need: Need,
    action: str,
    *,
    by: Actor,
    reason: str = "",
    end: CloseReason = CloseReason.UNCONFIRMED,
    back_to: str = "",
    batch: ClosingBatch | None = None,
    **fields: Any,
) -> Iterator[None]:
    """Take the transition `action`; within the block, the claims of the need may change.

    The row of the need is held first, always, so that of two at once one waits and sees what the
    other did, and nobody waits in a ring. Where the table says so, the claims decide where it leads.
    `end` is why it closes, if it does and nothing was confirmed to have arrived. `back_to` is the target
    of "reopen", and `batch` the step in which it is closed with others.
    Raises `StateChanged` when the transition is not possible now. Belongs into a transaction.
    """
    change = NEED_TRANSITIONS[action]
    lock_need(need)
    if need.state not in change.sources:
        raise StateChanged(action)
    if need.state in ASIDE:
        fields.setdefault("aside_until", None)
    if need.state == NeedState.CLOSED:
        fields |= {"closed_at": None, "close_reason": ""}
    yield
    claims = need.claims.values_list("state", flat=True)
    wanted = fields.get("helpers_wanted", need.helpers_wanted)
    leads_to = back_to if change.target == BEFORE_CLOSE else change.target
    target = (
        state_from_claims(wanted, list(claims)) if leads_to == DERIVED_FROM_CLAIMS else leads_to
    )
    if target == NeedState.CLOSED:
        fields["closed_at"] = Now()
        fields.setdefault("close_reason", close_reason_from_claims(end, list(claims)))
    here = Need.objects.filter(pk=need.pk)
    if apply_transition(here, Transition(change.sources, target), **fields) != 1:
        raise StateChanged(action)
    need.refresh_from_db(fields=["state", *fields])
    log_event(need, action, by=by, reason=reason)
    if target == NeedState.CLOSED:
        notify_intake_coordinator(need, by.user, **held(batch, "coordinator_need_closed", need.pk))
        _close_what_was_merged_into(need, by, batch)


def apply_need_transition(need: Need, action: str, *, by: Actor, **how: Any) -> None:
    """Take a transition with which no claim changes; see `transition`."""
    with transition(need, action, by=by, **how):
        pass


def apply_claim_transition(claim: Claim, action: str, **fields: Any) -> None:
    """Take the transition `action`; raises `StateChanged` when it is not possible now.

    What a claim does to its need is a `transition` of the need around it.
    """
    change = CLAIM_TRANSITIONS[action]
    if change.target not in LIVE_CLAIM:
        fields["ended_at"] = Now()
    if apply_transition(Claim.objects.filter(pk=claim.pk), change, **fields) != 1:
        raise StateChanged(action)
    claim.refresh_from_db(fields=["state", *fields])


def lock_need(need: Need) -> None:
    """Hold the row until the transaction ends, so that nobody else changes it, and read it anew."""
    rows = Need.objects.select_for_update()
    need.refresh_from_db(
        fields=["ask", "state", "helpers_wanted", "needed_by", "series"], from_queryset=rows
    )


def lock_ask(ask: Ask) -> list[Need]:
    """Hold an ask and its live needs, always in this order; returns the needs, read anew.

    Raises `Erased` where its time is over.
    """
    ask.refresh_from_db(from_queryset=Ask.objects.select_for_update())
    if ask.erased_at:
        raise Erased
    live = Need.objects.filter(ask=ask).exclude(state=NeedState.CLOSED)
    return list(live.select_for_update(of=("self",)).select_related("category").order_by("pk"))


def _close_what_was_merged_into(need: Need, by: Actor, batch: ClosingBatch | None) -> None:
    why = CloseReason.DUPLICATE
    reason = batch.event_reason(why) if batch else ""
    for same in need.merged.filter(state=NeedState.MERGED):
        apply_need_transition(same, "close", by=by, reason=reason, close_reason=why, batch=batch)


def log_event(need: Need, action: str, *, by: Actor, reason: str = "") -> NeedEvent:
    return NeedEvent.objects.create(
        need=need,
        action=action,
        state=need.state,
        actor_kind=by.kind,
        actor=by.user,
        reason=reason,
    )
