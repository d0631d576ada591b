"""Steps that a coordinator takes with several needs, and undoing them while their messages still wait."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from mutualaid.notify.outbox import HeldBatch, enqueue_all, gone_out, recall
from mutualaid.people.models import BlockedContactPoint
from mutualaid.transitions import StateChanged
from requests_app import rules
from requests_app.actions.sending import announce_all
from requests_app.lifecycle.actors import Actor
from requests_app.lifecycle.transitions import (
    NeedFields,
    apply_claim_transition,
    apply_need_transition,
    apply_need_transition_to_all,
    lock_needs,
    needs_in_parts,
    transition,
)
from requests_app.models import Ask, Claim, Erased, Need, NeedEvent
from requests_app.notifications.neighbour import told_of_claims
from requests_app.notifications.participants import ended_together
from requests_app.notifications.recalling import (
    TooLate,
    hold,
    keys_of,
    recall_messages,
    recall_to_coordinator,
)
from requests_app.notifications.team_chat import notify_of_triage
from requests_app.states import (
    ASIDE,
    DERIVED_FROM_CLAIMS,
    LEADS_BACK,
    ON_THE_WAY,
    WITH_HELPERS,
    ClaimState,
    NeedAction,
    NeedState,
)

CODE_LETTERS = 8
"""Hexadecimal digits of the code of a batch, which the event of each need of the step carries."""
AS_ENDED = {NeedAction.CLOSE: ClaimState.CANCELLED, NeedAction.RELEASE: ClaimState.RELEASED}
"""The state in which a step leaves the claims that it ends."""


class StepTaken(NamedTuple):
    """A step that was taken with some needs; `what` says which.

    It can be undone until `undo_until` for those `unchanged` since. A need that was closed with the one it is
    merged into follows that one, and is not listed.
    """

    what: str
    needs: list[Need]
    unchanged: int
    undo_until: datetime


class Undone(NamedTuple):
    """What became of the needs of a batch, and of the claims that it had ended.

    Of the needs, `undone` are as they were, `touched` were changed by someone since and stay so, and
    `too_late` stay as they are, for their messages have gone out. Of the claims of those undone,
    `reinstated` are as they were, and `not_reinstated` stay ended.
    """

    undone: int
    touched: int
    too_late: int
    reinstated: int
    not_reinstated: int


def new_batch() -> HeldBatch | None:
    """A step whose messages wait for the policy's `change_notice_minutes`; None where they do not wait."""
    wait = hold()
    return HeldBatch(secrets.token_hex(CODE_LETTERS // 2), wait) if wait else None


def step_taken(code: str) -> StepTaken | None:
    """Return what was done in the step with this code; None where there was none."""
    taken = list(_events(code))
    if not taken:
        return None
    later = NeedEvent.objects.filter(need=OuterRef("need"), pk__gt=OuterRef("pk"))
    unchanged = _events(code).exclude(Exists(later)).count()
    undo_until = min(event.at for event in taken) + hold()
    what = str(taken[0].get_action_display())
    return StepTaken(what, [event.need for event in taken], unchanged, undo_until)


def undo_step(code: str, *, by: Actor) -> Undone:
    """Bring the needs of the step with this code back to where they were.

    A need is as it was before: its state, its claims where their volunteers still can, and what was merged
    into it. Messages about the step are cancelled. One that someone has changed since stays as it is,
    and so does one whose messages have gone out. Twice, or by two at once, each is brought back once.

    Needs that never had a claim, are merged with no other and the only one of their ask in the step are
    brought back together, in a few queries; the others of each ask in a transaction of their own.
    """
    taken = {event.need: event for event in _events(code)}
    alone = _alone(taken)
    undone = [
        _undo_together([taken[need] for need in part], code, by=by)
        for part in needs_in_parts(alone)
    ]
    of_ask = defaultdict[int, list[NeedEvent]](list)
    for need, event in taken.items():
        if need not in alone:
            of_ask[need.ask_id].append(event)
    undone += [one for events in of_ask.values() for one in _undo_of_ask(events, by=by)]
    return Undone(*map(sum, zip(Undone(0, 0, 0, 0, 0), *undone, strict=True)))


def _events(code: str) -> QuerySet[NeedEvent]:
    """Return the events of a batch, without those of needs merged into others of it."""
    if len(code) != CODE_LETTERS:
        return NeedEvent.objects.none()
    in_batch = NeedEvent.objects.filter(batch=code)
    own = in_batch.exclude(need__merged_into__in=in_batch.values("need"))
    return own.select_related("need__category", "need__locality").order_by("need")


def _alone(needs: Collection[Need]) -> set[Need]:
    """Those of these needs that never had a claim, are merged with no other, and told of alone."""
    of_ask = Counter(need.ask_id for need in needs)
    has_claims = Exists(Claim.objects.filter(need=OuterRef("pk")))
    leads = Exists(Need.objects.filter(merged_into=OuterRef("pk")))
    rows = Need.objects.filter(
        ~has_claims, ~leads, pk__in=[need.pk for need in needs if of_ask[need.ask_id] == 1]
    )
    return set(rows.filter(merged_into=None).only("pk"))


@transaction.atomic
def _undo_together(events: Sequence[NeedEvent], code: str, *, by: Actor) -> Undone:
    """Do what `_undo` does with those of these needs with which it can be done; each is `_alone`."""
    needs = {event.need_id: event.need for event in events}
    locked = Ask.objects.select_for_update(no_key=True).order_by("pk")
    asks = locked.in_bulk([need.ask_id for need in needs.values()])
    lock_needs(needs.values())
    untouched = _untouched(events)
    in_time = [event for event in _in_time(events) if event.need_id in untouched]
    batch = HeldBatch(code, hold())
    keys = {event.need_id: keys_of(batch, event) for event in in_time}
    late = gone_out(key for own in keys.values() for key in own)
    keys = {pk: own for pk, own in keys.items() if late.isdisjoint(own)}
    recall(key for own in keys.values() for key in own)
    back = [event for event in events if event.need_id in keys]
    before = _states_before(back)
    alike: dict[tuple[str, str, date | None, str], list[Need]] = defaultdict(list)
    for event in back:
        event.need.ask = asks[event.need.ask_id]
        state = before[event.need_id]
        until = event.aside_until if state in ASIDE else None
        alike[_way_back(event, state), state, until, event.held_back].append(event.need)
    for (action, state, until, held_back), some in alike.items():
        fields: NeedFields = {"aside_until": until, "closed_at": None, "close_reason": ""}
        if state == NeedState.TRIAGE:
            fields["held_back"] = held_back
        apply_need_transition_to_all(some, action, by=by, to=state, **fields)
        if state == NeedState.OPEN:
            _look_again(some, by=by)
    touched = len(events) - len(untouched)
    return Undone(len(back), touched, len(untouched) - len(back), 0, 0)


def _way_back(event: NeedEvent, before: str) -> str:
    """The transition that leads back to the state before the step."""
    return "reopen" if event.action == NeedAction.CLOSE else LEADS_BACK[NeedState(before)]


def _untouched(events: Collection[NeedEvent]) -> set[int]:
    """The ids of the needs of which nothing was noted since, and whose time is not over."""
    later = NeedEvent.objects.filter(need=OuterRef("need"), pk__gt=OuterRef("pk"))
    rows = NeedEvent.objects.filter(~Exists(later), pk__in=[event.pk for event in events])
    kept = rows.filter(need__erased_at=None, need__ask__erased_at=None)
    return set(kept.values_list("need", flat=True))


def _in_time(events: Collection[NeedEvent]) -> list[NeedEvent]:
    """Those of a step that is not older than messages wait, by the database's clock."""
    recent = NeedEvent.objects.filter(pk__in=[event.pk for event in events], at__gt=Now() - hold())
    pks = set(recent.values_list("pk", flat=True))
    return [event for event in events if event.pk in pks]


@transaction.atomic
def _undo_of_ask(events: Sequence[NeedEvent], *, by: Actor) -> list[Undone]:
    """Bring needs of one ask back, each or not; their neighbour hears once of all for whom we look again.

    All needs of the ask are locked first, in one order, for whoever locks several of them.
    """
    ask = events[0].need.ask_id
    list(Ask.objects.filter(pk=ask).select_for_update(no_key=True))
    list(Need.objects.filter(ask=ask).select_for_update().order_by("pk"))
    undone, looked_for = list[Undone](), list[Claim]()
    for event in events:
        try:
            reinstated, ended = _undo(event, by=by)
        except TooLate:
            undone.append(Undone(0, 0, 1, 0, 0))
        except (StateChanged, Erased):
            undone.append(Undone(0, 1, 0, 0, 0))
        else:
            undone.append(Undone(1, 0, 0, len(reinstated), len(ended)))
            if event.action == NeedAction.CLOSE and event.need.state == NeedState.OPEN:
                looked_for += ended
    enqueue_all(told_of_claims("need_reopened", looked_for))
    return undone


@transaction.atomic
def _undo(event: NeedEvent, *, by: Actor) -> tuple[list[Claim], list[Claim]]:
    """Bring one need back; return its claims that are reinstated, and those that are not.

    Raises `StateChanged` or `Erased` where someone changed it since, or no one who was released still can,
    and `TooLate`.
    """
    need = event.need
    _lock(need)
    if not _untouched([event]):
        raise StateChanged("reopen")
    if not _in_time([event]):
        raise TooLate
    before = _states_before([event])[need.pk]
    if before == NeedState.MERGED and not _leads_on(need):
        raise StateChanged("reopen")
    fields: NeedFields = {"aside_until": event.aside_until if before in ASIDE else None}
    if before == NeedState.TRIAGE:
        fields["held_back"] = event.held_back
    back_to = DERIVED_FROM_CLAIMS if before in WITH_HELPERS else before
    told_with = {claim: ended_together(claim) for claim in _ended_in(event)}
    with transition(need, _way_back(event, before), by=by, back_to=back_to, **fields):
        reinstated, ended = _reinstate_claims(event)
        if event.action == NeedAction.RELEASE and not reinstated:
            raise StateChanged("assign")
    recall_messages(event, {claim: told_with[claim] for claim in reinstated})
    for same in need.merged.filter(state=NeedState.CLOSED).order_by("pk"):
        _reopen_merged(same, event.batch, by=by)
    if need.state == NeedState.OPEN:
        _look_again([need], by=by)
    return reinstated, ended


def _lock(need: Need) -> None:
    """Lock the ask, so that no one is excluded meanwhile, then the need and those it is merged with.

    Raises `Erased` where the time of the ask is over, and `StateChanged` where the need moved to another.
    """
    ask = Ask.objects.select_for_update(no_key=True).get(pk=need.ask_id)
    if ask.erased_at:
        raise Erased
    together = Q(pk=need.pk) | Q(merged_into=need.pk) | Q(pk=need.merged_into_id)
    list(Need.objects.filter(together).select_for_update().order_by("pk"))
    need.refresh_from_db()
    if need.ask_id != ask.pk:
        raise StateChanged("reopen")


def _states_before(events: Collection[NeedEvent]) -> dict[int, str]:
    """Return by its id the state of each need before the step; every event tells the state after it."""
    earlier = NeedEvent.objects.filter(need=OuterRef("need"), pk__lt=OuterRef("pk")).order_by("-pk")
    rows = NeedEvent.objects.filter(pk__in=[event.pk for event in events])
    states = rows.values_list("need", Subquery(earlier.values("state")[:1]))
    return {need: state or NeedState.TRIAGE for need, state in states}


def _leads_on(merged: Need) -> bool:
    """Whether the need that a merged one follows goes on."""
    over = (NeedState.CLOSED, NeedState.MERGED)
    return Need.objects.filter(merged=merged.pk).exclude(state__in=over).exists()


def _reinstate_claims(event: NeedEvent) -> tuple[list[Claim], list[Claim]]:
    """Reinstate the claims that ended in the step; return them, and those that stay ended."""
    reinstated, ended = list[Claim](), list[Claim]()
    for claim in _ended_in(event).select_related("volunteer").order_by("pk"):
        (reinstated if _reinstate(claim, event.need) else ended).append(claim)
    return reinstated, ended


def _ended_in(event: NeedEvent) -> QuerySet[Claim]:
    """The claims that ended with a closing have its time; those released last went in this step."""
    ended = event.need.claims.filter(state=AS_ENDED.get(NeedAction(event.action), ""))
    if event.action == NeedAction.CLOSE:
        return ended.filter(ended_at=F("need__closed_at"))
    return ended.filter(ended_at=Subquery(ended.order_by("-ended_at").values("ended_at")[:1]))


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


def _reopen_merged(same: Need, code: str, *, by: Actor) -> None:
    """Reopen a need that was closed with the one it is merged into, unless someone changed it since."""
    last = same.events.order_by("-pk").first()
    if last is None or last.batch != code:
        return
    apply_need_transition(same, "reopen", by=by, back_to=NeedState.MERGED)
    recall_to_coordinator(last)


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
