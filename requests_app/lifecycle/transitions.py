"""Transitions of needs and claims. Actions call these; nothing else changes a state."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from typing import Any, TypedDict, Unpack

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid import clock
from mutualaid.notify.outbox import HeldBatch
from mutualaid.transitions import StateChanged, Transition, apply_transition
from requests_app.coordinators import notify_intake_coordinators
from requests_app.lifecycle.actors import Actor
from requests_app.models import Ask, Claim, Erased, Need, NeedEvent
from requests_app.signals import no_longer_referred
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

LOCKED_FIELDS = (
    "ask", "state", "held_back", "helpers_wanted", "needed_by", "series", "for_newcomers",
    "aside_until",
)  # fmt: skip
"""What transitions depend on: read anew once the row is locked."""
NEEDS_AT_ONCE = 500
"""Needs in one transaction: as many as a list shows."""


class NeedFields(TypedDict, total=False):
    """Columns of `Need` that change together with its state."""

    aside_until: date | None
    close_reason: CloseReason | str
    closed_at: Now | None
    held_back: str
    helpers_wanted: int
    merged_into: Need | None
    open_until: datetime | None
    warned_at: datetime | None


class ClaimFields(TypedDict, total=False):
    """Columns of `Claim` that change together with its state."""

    delivered_at: Now
    ended_at: Now | Subquery | None
    reminded_at: datetime | None
    scheduled_for: date
    scheduled_time: time | None
    silent_since: datetime | Now


@contextmanager
def transition(
    need: Need,
    action: str,
    *,
    by: Actor,
    reason: str = "",
    end: CloseReason = CloseReason.UNCONFIRMED,
    back_to: str = "",
    tells: bool = True,
    **fields: Unpack[NeedFields],
) -> Iterator[None]:
    """Make the transition `action` of `NEED_TRANSITIONS`; change claims of the need within the block.

    The need is locked before the block and its state is written after it, with `fields`. If the target
    is `DERIVED_FROM_CLAIMS`, the claims decide it. `end` is why the need closes, if it closes and no
    claim was confirmed; `reason` is a code for the history. Needs merged into it close with it.

    Call it in a transaction, and lock no claim before: all lock the need first, so there is no deadlock.
    `back_to` is the target of "reopen". Without `tells` the caller calls `notify_intake_coordinators`.
    Raises `StateChanged` if the need is in none of the sources of the transition.
    """
    rule = NEED_TRANSITIONS[action]
    lock_need(need)
    if need.state not in rule.sources:
        raise StateChanged(action)
    was_referred = need.state == NeedState.REFERRED
    if need.state in ASIDE:
        fields.setdefault("aside_until", None)
    if need.state == NeedState.CLOSED:
        fields["closed_at"], fields["close_reason"] = None, ""
    yield
    claim_states = list(need.claims.values_list("state", flat=True))
    target = back_to if rule.target == BEFORE_CLOSE else rule.target
    if target == DERIVED_FROM_CLAIMS:
        wanted = fields.get("helpers_wanted", need.helpers_wanted)
        target = state_from_claims(wanted, claim_states)
    if target == NeedState.CLOSED:
        fields["closed_at"] = Now()
        fields.setdefault("close_reason", close_reason_from_claims(end, claim_states))
    elif need.held_back and target != NeedState.TRIAGE:
        fields["held_back"] = ""  # a person has read it
    row = Need.objects.filter(pk=need.pk)
    if apply_transition(row, Transition(rule.sources, target), **fields) != 1:
        raise StateChanged(action)
    need.refresh_from_db(fields=["state", *fields])
    log_event(need, action, by=by, reason=reason)
    if target == NeedState.CLOSED:
        if tells:
            notify_intake_coordinators([need], by.user)
        _close_merged([need], by=by)
    if was_referred:
        no_longer_referred.send(sender=Need, needs=[need])


def apply_need_transition(
    need: Need,
    action: str,
    *,
    by: Actor,
    reason: str = "",
    end: CloseReason = CloseReason.UNCONFIRMED,
    back_to: str = "",
    tells: bool = True,
    **fields: Unpack[NeedFields],
) -> None:
    """Make a transition with which no claim changes. Arguments and exceptions are those of `transition`."""
    how: dict[str, Any] = {"reason": reason, "end": end, "back_to": back_to, "tells": tells}
    with transition(need, action, by=by, **how, **fields):
        pass


def apply_need_transition_to_all(
    needs: Collection[Need],
    action: str,
    *,
    by: Actor,
    reason: str = "",
    to: str = "",
    batch: HeldBatch | None = None,
    **fields: Unpack[NeedFields],
) -> list[Need]:
    """Make a transition on each of several needs whose state allows it, in a few queries; returns those.

    All their events have the same time, by which messages find what moved in one step. Where the claims
    decide the target, `to` is what they decide for all of these. Needs merged into one
    that closes close with it; `batch` is the step in which all that can be undone. Call it in a transaction.
    Raises `StateChanged` where one changed in spite of the lock.
    """
    rule = NEED_TRANSITIONS[action]
    rule = Transition(rule.sources, to or rule.target)
    lock_needs(needs)
    possible = [need for need in needs if need.state in rule.sources]
    before = {need.pk: (need.aside_until, need.held_back) for need in possible}
    referred = [need for need in possible if need.state == NeedState.REFERRED]
    if rule.target not in ASIDE:
        fields["aside_until"] = None
    if rule.target == NeedState.CLOSED:
        fields["closed_at"] = Now()
    elif rule.target != NeedState.TRIAGE:
        fields["held_back"] = ""  # a person has read it
    rows = Need.objects.filter(pk__in=[need.pk for need in possible])
    if apply_transition(rows, rule, **fields) != len(possible):
        raise StateChanged(action)
    read_anew(possible, ["state", *fields])
    code, at = (batch.code, clock.now()) if batch else ("", timezone.now())
    events = [_event(need, action, by, reason=reason, at=at, batch=code) for need in possible]
    if batch:
        for event in events:
            event.aside_until, event.held_back = before[event.need_id]
    NeedEvent.objects.bulk_create(events)
    if rule.target == NeedState.CLOSED:
        notify_intake_coordinators(possible, by.user, batch)
        _close_merged(possible, by=by, batch=batch)
    if referred and rule.target != NeedState.REFERRED:
        no_longer_referred.send(sender=Need, needs=referred)
    return possible


def needs_in_parts(needs: Iterable[Need]) -> Iterator[list[Need]]:
    """Give out needs in parts of `NEEDS_AT_ONCE`, each to be changed in a transaction of its own."""
    rest = iter(needs)
    while part := list(islice(rest, NEEDS_AT_ONCE)):
        yield part


def read_anew(needs: Collection[Need], fields: Sequence[str]) -> None:
    """Read these columns of several needs in one query."""
    if needs:
        _read_anew(needs, Need.objects.filter(pk__in=[need.pk for need in needs]), fields)


def apply_claim_transition(claim: Claim, action: str, **fields: Unpack[ClaimFields]) -> None:
    """Make the transition `action` of `CLAIM_TRANSITIONS`, and write `fields` with it.

    Call it within the `transition` of its need, or with the need locked if that does not change.
    Raises `StateChanged` if the claim is in none of the sources of the transition.
    """
    apply_claim_transition_to_all([claim], action, **fields)
    claim.refresh_from_db(fields=["state", *fields])


def apply_claim_transition_to_all(
    claims: Collection[Claim], action: str, **fields: Unpack[ClaimFields]
) -> None:
    """Do what `apply_claim_transition` does for several claims, without reading them anew.

    Raises `StateChanged` if one of them is in none of the sources of the transition.
    """
    if not claims:
        return
    rule = CLAIM_TRANSITIONS[action]
    if rule.target not in LIVE_CLAIM:
        fields.setdefault("ended_at", Now())
    rows = Claim.objects.filter(pk__in=[claim.pk for claim in claims])
    if apply_transition(rows, rule, **fields) != len(claims):
        raise StateChanged(action)


def lock_need(need: Need) -> None:
    """Lock the row until the transaction ends, and read anew what transitions depend on."""
    rows = Need.objects.select_for_update()
    need.refresh_from_db(fields=LOCKED_FIELDS, from_queryset=rows)


def lock_needs(needs: Collection[Need]) -> None:
    """Do what `lock_need` does for several needs, in the order of their ids."""
    rows = Need.objects.filter(pk__in=[need.pk for need in needs])
    _read_anew(needs, rows.select_for_update().order_by("pk"), LOCKED_FIELDS)


def lock_ask(ask: Ask) -> list[Need]:
    """Lock an ask and its live needs, in this order, until the transaction ends; returns the needs.

    Raises `Erased` if the ask has been erased.
    """
    # Its key is left free: who writes a need twice locks that of its ask, after the need.
    ask.refresh_from_db(from_queryset=Ask.objects.select_for_update(no_key=True))
    if ask.erased_at:
        raise Erased
    live = Need.objects.filter(ask=ask).exclude(state=NeedState.CLOSED)
    return list(live.select_for_update(of=("self",)).select_related("category").order_by("pk"))


def log_event(need: Need, action: str, *, by: Actor, reason: str = "") -> NeedEvent:
    """Write a line of the history: an action of `NeedAction`, with the state that the need has now."""
    event = _event(need, action, by, reason=reason)
    event.save(force_insert=True)
    return event


def log_events(needs: Iterable[Need], action: str, *, by: Actor, reason: str = "") -> None:
    """Write that line of the history of several needs, in one query."""
    NeedEvent.objects.bulk_create(_event(need, action, by, reason=reason) for need in needs)


def _event(
    need: Need,
    action: str,
    by: Actor,
    *,
    reason: str = "",
    at: datetime | None = None,
    batch: str = "",
) -> NeedEvent:
    return NeedEvent(
        need=need,
        at=at or timezone.now(),
        action=action,
        state=need.state,
        actor_kind=by.kind,
        actor=by.user,
        reason=reason,
        batch=batch,
    )


def _read_anew(needs: Collection[Need], rows: QuerySet[Need], fields: Sequence[str]) -> None:
    attributes = [Need._meta.get_field(name).attname for name in fields]  # type: ignore[union-attr]
    found = {pk: values for pk, *values in rows.values_list("pk", *attributes)}
    for need in needs:
        for attribute, value in zip(attributes, found.get(need.pk, ()), strict=False):
            setattr(need, attribute, value)


def _close_merged(needs: Collection[Need], *, by: Actor, batch: HeldBatch | None = None) -> None:
    """Close what is merged into needs that were closed."""
    merged = list(Need.objects.filter(merged_into__in=needs, state=NeedState.MERGED))
    if merged:
        duplicate = CloseReason.DUPLICATE
        apply_need_transition_to_all(merged, "close", by=by, batch=batch, close_reason=duplicate)
