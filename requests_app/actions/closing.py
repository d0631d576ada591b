"""Closing several needs in one step, and undoing that while their messages still wait."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from mutualaid.notify.outbox import HeldBatch, gone_out, recall
from mutualaid.people.models import BlockedContactPoint
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app import rules
from requests_app.actions.ending import close_each
from requests_app.actions.sending import announce_all
from requests_app.lifecycle.actors import Actor
from requests_app.lifecycle.transitions import (
    apply_claim_transition,
    apply_need_transition,
    apply_need_transition_to_all,
    lock_needs,
    needs_in_parts,
    transition,
)
from requests_app.models import Ask, Claim, Erased, Need, NeedEvent
from requests_app.notifications.neighbour import notify_neighbour
from requests_app.notifications.team_chat import notify_of_triage
from requests_app.states import (
    ASIDE,
    DERIVED_FROM_CLAIMS,
    ON_THE_WAY,
    WITH_HELPERS,
    ClaimState,
    CloseReason,
    NeedAction,
    NeedState,
)

CODE_LETTERS = 8
"""Hexadecimal digits of the code of a batch, which the event of each closing carries."""


class Closed(NamedTuple):
    """The needs that were closed.

    `code` names the batch for `undo_closing`; "" where it cannot be undone, as messages do not wait.
    """

    code: str
    closed: list[Need]


class ClosedBatch(NamedTuple):
    """A step in which needs were closed. It can be undone until `undo_until` for those `still_closed`.

    A need that was closed with the one it is merged into follows that one, and is not listed.
    """

    needs: list[Need]
    still_closed: int
    undo_until: datetime


class Undone(NamedTuple):
    """What became of the needs of a batch, and of the claims that it had ended.

    Of the needs, `reopened` are as they were, `touched` were changed by someone since and stay so, and
    `too_late` stay closed, for their messages have gone out. Of the claims of those reopened,
    `reinstated` are as they were, and `not_reinstated` stay ended.
    """

    reopened: int
    touched: int
    too_late: int
    reinstated: int
    not_reinstated: int


class TooLate(Exception):
    """The messages about it have gone out, so the closing can no longer be undone."""


def close_needs(needs: Iterable[Need], *, by: Actor, reason: CloseReason) -> Closed:
    """Close those of several needs that are not closed already, in a few queries, and hold their messages.

    They wait for the policy's `change_notice_minutes`; with 0 they go out at once, and nothing can be
    undone.
    """
    hold = _hold()
    batch = HeldBatch(secrets.token_hex(CODE_LETTERS // 2), hold) if hold else None
    closed = [
        need
        for part in needs_in_parts(needs)
        for need in close_each(part, by=by, reason=reason, batch=batch)
    ]
    return Closed(batch.code if batch and closed else "", closed)


def closed_batch(code: str) -> ClosedBatch | None:
    """Return what was closed in the step with this code; None where there was none."""
    closings = list(_closings(code))
    if not closings:
        return None
    later = NeedEvent.objects.filter(need=OuterRef("need"), pk__gt=OuterRef("pk"))
    still_closed = _closings(code).exclude(Exists(later)).count()
    undo_until = min(closing.at for closing in closings) + _hold()
    return ClosedBatch([closing.need for closing in closings], still_closed, undo_until)


def undo_closing(code: str, *, by: Actor) -> Undone:
    """Reopen the needs that were closed in the step with this code.

    A need is as it was before: its state, its claims where their volunteers still can, and what was merged
    into it. Messages about its closing are cancelled. One that someone has changed since stays as it is,
    and so does one whose messages have gone out. Twice, or by two at once, each is reopened once.

    Needs that never had a claim, are merged with no other and the only one of their ask in the step are
    reopened together, in a few queries; each other one in a transaction of its own.
    """
    closings = {closing.need: closing for closing in _closings(code)}
    alone = _alone(closings)
    undone = [
        _reopen_together([closings[need] for need in part], code, by=by)
        for part in needs_in_parts(alone)
    ]
    undone += [
        _reopen_one(closing, code, by=by) for need, closing in closings.items() if need not in alone
    ]
    return Undone(*map(sum, zip(Undone(0, 0, 0, 0, 0), *undone, strict=True)))


def _hold() -> timedelta:
    return timedelta(minutes=current_policy().change_notice_minutes)


def _closings(code: str) -> QuerySet[NeedEvent]:
    """Return the events of a batch, without those of needs merged into others of it."""
    if len(code) != CODE_LETTERS:
        return NeedEvent.objects.none()
    in_batch = NeedEvent.objects.filter(batch=code)
    closings = in_batch.exclude(need__merged_into__in=in_batch.values("need"))
    return closings.select_related("need__category", "need__locality").order_by("need")


def _alone(needs: Collection[Need]) -> set[Need]:
    """Those of these closed needs that never had a claim, are merged with no other, and told of alone."""
    of_ask = Counter(need.ask_id for need in needs)
    has_claims = Exists(Claim.objects.filter(need=OuterRef("pk")))
    leads = Exists(Need.objects.filter(merged_into=OuterRef("pk")))
    rows = Need.objects.filter(
        ~has_claims, ~leads, pk__in=[need.pk for need in needs if of_ask[need.ask_id] == 1]
    )
    return set(rows.filter(merged_into=None).only("pk"))


@transaction.atomic
def _reopen_together(closings: Sequence[NeedEvent], code: str, *, by: Actor) -> Undone:
    """Do what `_reopen` does with those of these needs that can be reopened; each is `_alone`."""
    needs = {closing.need_id: closing.need for closing in closings}
    asks = (
        Ask.objects.select_for_update().order_by("pk").in_bulk([n.ask_id for n in needs.values()])
    )
    lock_needs(needs.values())
    untouched = {closing.need_id for closing in closings} & _untouched(closings)
    in_time = Need.objects.filter(pk__in=untouched, closed_at__gt=Now() - _hold())
    batch = HeldBatch(code, _hold())
    keys = {pk: _keys(batch, pk) for pk in in_time.values_list("pk", flat=True)}
    late = gone_out(key for own in keys.values() for key in own)
    keys = {pk: own for pk, own in keys.items() if late.isdisjoint(own)}
    recall(key for own in keys.values() for key in own)
    back = [closing for closing in closings if closing.need_id in keys]
    before = _states_before(back)
    alike: dict[tuple[str, date | None], list[Need]] = defaultdict(list)
    for closing in back:
        closing.need.ask = asks[closing.need.ask_id]
        state = before[closing.need_id]
        alike[state, closing.aside_until if state in ASIDE else None].append(closing.need)
    for (state, until), some in alike.items():
        apply_need_transition_to_all(
            some, "reopen", by=by, to=state, aside_until=until, closed_at=None, close_reason=""
        )
        if state == NeedState.OPEN:
            _look_again(some, by=by)
    touched = len(closings) - len(untouched)
    return Undone(len(back), touched, len(untouched) - len(back), 0, 0)


def _untouched(closings: Collection[NeedEvent]) -> set[int]:
    """The ids of the needs of which nothing was noted since, and whose time is not over."""
    later = NeedEvent.objects.filter(need=OuterRef("need"), pk__gt=OuterRef("pk"))
    rows = NeedEvent.objects.filter(~Exists(later), pk__in=[closing.pk for closing in closings])
    kept = rows.filter(need__erased_at=None, need__ask__erased_at=None)
    return set(kept.values_list("need", flat=True))


def _reopen_one(closing: NeedEvent, code: str, *, by: Actor) -> Undone:
    try:
        back, ended = _reopen(closing, code, by=by)
    except TooLate:
        return Undone(0, 0, 1, 0, 0)
    except (StateChanged, Erased):
        return Undone(0, 1, 0, 0, 0)
    return Undone(1, 0, 0, back, ended)


@transaction.atomic
def _reopen(closing: NeedEvent, code: str, *, by: Actor) -> tuple[int, int]:
    """Reopen one need; return how many of its claims are reinstated, and how many are not.

    Raises `StateChanged` or `Erased` where someone changed it since, and `TooLate`.
    """
    need = closing.need
    _lock(need)
    if not _untouched([closing]):
        raise StateChanged("reopen")
    if not Need.objects.filter(pk=need.pk, closed_at__gt=Now() - _hold()).exists():
        raise TooLate
    before = _states_before([closing])[need.pk]
    if before == NeedState.MERGED and not _leads_on(need):
        raise StateChanged("reopen")
    aside_until = closing.aside_until if before in ASIDE else None
    back_to = DERIVED_FROM_CLAIMS if before in WITH_HELPERS else before
    with transition(need, "reopen", by=by, back_to=back_to, aside_until=aside_until):
        reinstated, ended = _reinstate_claims(need)
    _recall_messages(closing, reinstated)
    for same in need.merged.filter(state=NeedState.CLOSED).order_by("pk"):
        _reopen_merged(same, code, by=by)
    if need.state == NeedState.OPEN:
        for claim in ended:
            notify_neighbour("need_reopened", need, about_id=claim.pk)
        _look_again([need], by=by)
    return len(reinstated), len(ended)


def _lock(need: Need) -> None:
    """Lock the ask, so that no one is excluded meanwhile, then the need and those it is merged with.

    Raises `Erased` where the time of the ask is over, and `StateChanged` where the need moved to another.
    """
    ask = Ask.objects.select_for_update().get(pk=need.ask_id)
    if ask.erased_at:
        raise Erased
    together = Q(pk=need.pk) | Q(merged_into=need.pk) | Q(pk=need.merged_into_id)
    list(Need.objects.filter(together).select_for_update().order_by("pk"))
    need.refresh_from_db()
    if need.ask_id != ask.pk:
        raise StateChanged("reopen")


def _states_before(closings: Collection[NeedEvent]) -> dict[int, str]:
    """Return by its id the state of each need before it was closed; every event tells the state after it."""
    earlier = NeedEvent.objects.filter(need=OuterRef("need"), pk__lt=OuterRef("pk")).order_by("-pk")
    rows = NeedEvent.objects.filter(pk__in=[closing.pk for closing in closings])
    states = rows.values_list("need", Subquery(earlier.values("state")[:1]))
    return {need: state or NeedState.TRIAGE for need, state in states}


def _leads_on(merged: Need) -> bool:
    """Whether the need that a merged one follows goes on."""
    over = (NeedState.CLOSED, NeedState.MERGED)
    return Need.objects.filter(merged=merged.pk).exclude(state__in=over).exists()


def _reinstate_claims(need: Need) -> tuple[list[Claim], list[Claim]]:
    """Reinstate the claims that ended with the need; return them, and those that stay ended."""
    reinstated, ended = list[Claim](), list[Claim]()
    with_the_need = need.claims.filter(state=ClaimState.CANCELLED, ended_at=F("need__closed_at"))
    for claim in with_the_need.select_related("volunteer").order_by("pk"):
        (reinstated if _reinstate(claim, need) else ended).append(claim)
    return reinstated, ended


def _reinstate(claim: Claim, need: Need) -> bool:
    """Give a claim back; False where its volunteer may not come any more, or took another task instead."""
    state = _state_before_cancel(claim)
    if state in ON_THE_WAY and not _may_come(claim, need):
        return False
    try:
        with transaction.atomic():
            apply_claim_transition(claim, f"reinstate_{state}", ended_at=None)
    except IntegrityError:  # their place in the week is taken by another need
        return False
    return True


def _state_before_cancel(claim: Claim) -> ClaimState:
    """Return the state that the times of the claim tell: each step sets its own, and none is taken back."""
    if claim.delivered_at:
        return ClaimState.DELIVERED
    if claim.scheduled_for:
        return ClaimState.SCHEDULED
    return ClaimState.CONTACTED if claim.silent_since else ClaimState.CLAIMED


def _may_come(claim: Claim, need: Need) -> bool:
    is_blocked = BlockedContactPoint.objects.of_account(claim.volunteer).exists()
    return rules.can_be_assigned(claim.volunteer, need) and not is_blocked


def _recall_messages(closing: NeedEvent, reinstated: list[Claim]) -> None:
    """Cancel the messages about the closing, but for those to volunteers whose claim stays ended.

    A message that tells of other needs of the ask too goes on without this one. Raises `TooLate` where
    one has gone out.
    """
    of_ask = Need.objects.filter(ask=closing.need.ask_id)
    in_step = {"events__batch": closing.batch, "events__at": closing.at}
    closed = of_ask.filter(state=NeedState.CLOSED, **in_step)
    _recall_to_coordinator(closing.need, closing.batch)
    _recall("need_closed", of_ask, closed, closing.batch)
    for claim in reinstated:
        of_volunteer = Claim.objects.of(claim.volunteer).filter(need__in=of_ask)
        ended = of_volunteer.filter(state=ClaimState.CANCELLED, need__in=closed)
        _recall("claim_ended", of_volunteer, ended, closing.batch)


def _recall_to_coordinator(need: Need, code: str) -> None:
    if not recall([HeldBatch(code, _hold()).key("coordinator_need_closed", need.pk)]):
        raise TooLate


def _recall(kind: str, candidates: QuerySet[Any], rest: QuerySet[Any], code: str) -> None:
    """Cancel the message about one of the candidates, or let it be about the first of the `rest`."""
    batch = HeldBatch(code, _hold())
    keys = [batch.key(kind, pk) for pk in candidates.values_list("pk", flat=True)]
    if not recall(keys, rest=rest.order_by("pk").values_list("pk", flat=True).first()):
        raise TooLate


def _keys(batch: HeldBatch, need: int) -> list[str]:
    return [batch.key(kind, need) for kind in ("need_closed", "coordinator_need_closed")]


def _reopen_merged(same: Need, code: str, *, by: Actor) -> None:
    """Reopen a need that was closed with the one it is merged into, unless someone changed it since."""
    last = same.events.order_by("-pk").first()
    if last is None or last.batch != code:
        return
    apply_need_transition(same, "reopen", by=by, back_to=NeedState.MERGED)
    _recall_to_coordinator(same, code)


def _look_again(needs: Sequence[Need], *, by: Actor) -> None:
    """Look for someone again. An ask that must be read first since then is read before anyone hears of it."""
    publishing = NeedEvent.objects.filter(need__in=needs, action=NeedAction.PUBLISH)
    helped = Claim.objects.live().filter(need__in=needs)
    goes_on = {pk for rows in (publishing, helped) for pk in rows.values_list("need", flat=True)}
    unread = [need for need in needs if need.ask.read_first and need.pk not in goes_on]
    apply_need_transition_to_all(unread, "reread", by=by)
    for need in unread:
        notify_of_triage(need)
    announce_all([need for need in needs if need not in unread])
