"""The one mover: a conditional update that must touch one row, and its line in the history."""

from typing import Any, NamedTuple

from django.utils import timezone

from mutualaid.people.models import User
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import CLAIM_MOVES, LIVE_CLAIM, NEED_MOVES, NeedState

Kind = NeedEvent.Kind


class Actor(NamedTuple):
    """Who does something: in which part, and with which account, if any."""

    kind: Kind
    user: User | None = None


NEIGHBOUR = Actor(Kind.NEIGHBOUR)
IMPORT = Actor(Kind.IMPORT)
SITE = Actor(Kind.SITE)


def volunteer(user: User) -> Actor:
    return Actor(Kind.VOLUNTEER, user)


def coordinator(user: User) -> Actor:
    return Actor(Kind.COORDINATOR, user)


class StateChanged(Exception):
    """Somebody else was first: the step is not possible from the state the row is in now."""


def move_need(need: Need, action: str, *, by: Actor, reason: str = "", **fields: Any) -> None:
    """Take the step `action` and write it down; raises `StateChanged` when it is not possible now."""
    move = NEED_MOVES[action]
    if move.target == NeedState.CLOSED:
        fields["closed_at"] = timezone.now()
    here = Need.objects.filter(pk=need.pk, state__in=move.sources)
    if here.update(state=move.target, **fields) != 1:
        raise StateChanged(action)
    need.refresh_from_db(fields=["state", *fields])
    record(need, action, by=by, reason=reason)


def move_claim(claim: Claim, action: str, **fields: Any) -> None:
    """Take the step `action`; raises `StateChanged` when it is not possible now."""
    move = CLAIM_MOVES[action]
    if move.target not in LIVE_CLAIM:
        fields["ended_at"] = timezone.now()
    here = Claim.objects.filter(pk=claim.pk, state__in=move.sources)
    if here.update(state=move.target, **fields) != 1:
        raise StateChanged(action)
    claim.refresh_from_db(fields=["state", *fields])


def record(need: Need, action: str, *, by: Actor, reason: str = "") -> NeedEvent:
    return NeedEvent.objects.create(
        need=need,
        action=action,
        state=need.state,
        actor_kind=by.kind,
        actor=by.user,
        reason=reason,
    )
