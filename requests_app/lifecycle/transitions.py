"""The one mover: the need's row is held, its claims change, its state follows, its history is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models.functions import Now

from requests_app.coordinators import tell_who_took_it_in
from requests_app.lifecycle.actors import Actor
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import (
    ASIDE,
    BY_CLAIMS,
    CLAIM_MOVES,
    LIVE_CLAIM,
    NEED_MOVES,
    CloseReason,
    NeedState,
    following,
    reason_for,
)


class StateChanged(Exception):
    """Somebody else was first: the step is not possible from the state the row is in now."""


@contextmanager
def step(
    need: Need,
    action: str,
    *,
    by: Actor,
    reason: str = "",
    end: CloseReason = CloseReason.UNCONFIRMED,
    **fields: Any,
) -> Iterator[None]:
    """Take the step `action`; within the block, the claims of the need may change.

    The row of the need is held first, always, so that of two at once one waits and sees what the
    other did, and nobody waits in a ring. Where the table says so, the claims decide where it leads.
    `end` is why it closes, if it does and nothing was confirmed to have arrived.
    Raises `StateChanged` when the step is not possible now. Belongs into a transaction.
    """
    move = NEED_MOVES[action]
    hold(need)
    if need.state not in move.sources:
        raise StateChanged(action)
    if need.state in ASIDE:
        fields.setdefault("aside_until", None)
    yield
    claims = need.claims.values_list("state", flat=True)
    wanted = fields.get("helpers_wanted", need.helpers_wanted)
    target = following(wanted, list(claims)) if move.target == BY_CLAIMS else move.target
    if target == NeedState.CLOSED:
        fields["closed_at"] = Now()
        fields.setdefault("close_reason", reason_for(end, list(claims)))
    here = Need.objects.filter(pk=need.pk, state__in=move.sources)
    if here.update(state=target, **fields) != 1:
        raise StateChanged(action)
    need.refresh_from_db(fields=["state", *fields])
    record(need, action, by=by, reason=reason)
    if target == NeedState.CLOSED:
        tell_who_took_it_in(need, by.user)
        _close_what_was_merged_into(need, by)


def move_need(need: Need, action: str, *, by: Actor, **how: Any) -> None:
    """Take a step with which no claim changes; see `step`."""
    with step(need, action, by=by, **how):
        pass


def move_claim(claim: Claim, action: str, **fields: Any) -> None:
    """Take the step `action`; raises `StateChanged` when it is not possible now.

    What a claim does to its need is a `step` of the need around it.
    """
    move = CLAIM_MOVES[action]
    if move.target not in LIVE_CLAIM:
        fields["ended_at"] = Now()
    here = Claim.objects.filter(pk=claim.pk, state__in=move.sources)
    if here.update(state=move.target, **fields) != 1:
        raise StateChanged(action)
    claim.refresh_from_db(fields=["state", *fields])


def hold(need: Need) -> None:
    """Let nobody else take a step with this need until the transaction ends, and look at it anew."""
    rows = Need.objects.select_for_update()
    need.refresh_from_db(fields=["state", "helpers_wanted"], from_queryset=rows)


def _close_what_was_merged_into(need: Need, by: Actor) -> None:
    for same in need.merged.filter(state=NeedState.MERGED):
        move_need(same, "close", by=by, close_reason=CloseReason.DUPLICATE)


def record(need: Need, action: str, *, by: Actor, reason: str = "") -> NeedEvent:
    return NeedEvent.objects.create(
        need=need,
        action=action,
        state=need.state,
        actor_kind=by.kind,
        actor=by.user,
        reason=reason,
    )
