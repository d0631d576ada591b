"""A neighbour could use a thing; its owner alone is asked, and says yes or no."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.celery import enqueue_on_commit
from mutualaid.lending.actions.things import (
    FOLLOW_UP,
    TooManyThings,
    lock_own,
    put_back,
    take_off,
)
from mutualaid.lending.models import Loan, Thing, ThingRequest
from mutualaid.lending.near import needs_near
from mutualaid.lending.notifications import tell_asker
from mutualaid.lending.rules import NotYours, check_on, may_be_asked, time_to_answer
from mutualaid.lending.states import (
    LOAN_TRANSITIONS,
    MOVES_ON,
    REQUEST_TRANSITIONS,
    Mode,
    RequestState,
)
from mutualaid.matching.outreach.manual import set_waves
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged, apply_transition
from requests_app.actions import claim_need
from requests_app.actions.claiming import MOST_CLAIMS_PER_WEEK
from requests_app.models import Claim, Need
from requests_app.states import NeedState, Urgency


class RunOut(Exception):
    """Fewer are left than were asked for."""


@transaction.atomic
def request_thing(need: Need, thing: Thing, *, many: int) -> ThingRequest | None:
    """Let a need wait for the owner of a thing alone; None for something sensitive, which is asked by hand.

    Where there are no longer so many, the neighbour is told at once and others are looked for. Idempotent
    for each need. Raises `LendingOff`.
    """
    check_on()
    if need.ask.veiled or need.category.sensitive:
        return None
    request, is_new = ThingRequest.objects.get_or_create(
        need=need, defaults={"thing": thing, "many": many}
    )
    if not is_new:
        return request
    set_waves(need, stopped=True)
    if not Thing.objects.shown().filter(pk=thing.pk, left__gte=many).exists():
        _end(request, "run_out")
        enqueue_on_commit(FOLLOW_UP)
    elif need.state == NeedState.OPEN:
        begin_waiting(request)
    return request


@transaction.atomic
def begin_waiting(request: ThingRequest) -> bool:
    """The need is open: ask the owner, unless it is kept from them, and count their time.

    Returns whether it began now.
    """
    rows = ThingRequest.objects.waiting().filter(pk=request.pk, answer_by=None)
    if not rows.update(answer_by=Now() + time_to_answer(request)):
        return False
    thing = request.thing
    if may_be_asked(thing, request.need) and thing.owner:
        ThingRequest.objects.filter(pk=request.pk).update(owner_told_at=Now())
        is_urgent = request.need.urgency == Urgency.CRITICAL
        enqueue("thing_asked", about_id=request.pk, to=thing.owner, urgent=is_urgent)
    return True


@transaction.atomic
def say_yes(request: ThingRequest, *, by: User) -> Claim:
    """Its owner says yes: they claim the need, and what was asked for is theirs no more to promise.

    Of two at once for the last, one gets it; who can't be served any more is told at once. Raises
    `LendingOff`, `NotYours`, `RunOut`, `StateChanged` where it is answered, and what `claim_need` raises.
    """
    check_on()
    thing = lock_own(request.thing, by=by)
    rows = ThingRequest.objects.told().filter(pk=request.pk)
    if not rows.exists():
        raise StateChanged("grant")
    claim = _claim(request.need, by)
    if apply_transition(rows, REQUEST_TRANSITIONS["grant"], claim=claim, answered_at=Now()) != 1:
        raise StateChanged("grant")
    _hand_out(thing, request)
    return claim


@transaction.atomic
def bring(thing: Thing, need: Need, *, by: User) -> Claim:
    """The owner of a surplus says yes to a need near by that everyone sees.

    Raises `LendingOff`, `NotYours`, `RunOut`, `StateChanged` for a need that is not, or no longer, among
    `needs_near`, and what `claim_need` raises; someone new is refused what they are not invited to.
    """
    check_on()
    thing = lock_own(thing, by=by)
    if need not in needs_near(thing):
        raise StateChanged("claim")
    claim = _claim(need, by, invited=False)
    request = ThingRequest.objects.create(
        thing=thing,
        need=need,
        state=RequestState.GRANTED,
        claim=claim,
        answered_at=Now(),
        owner_told_at=Now(),
    )
    _hand_out(thing, request)
    return claim


def say_no(request: ThingRequest, *, by: User) -> None:
    """Its owner says not this time: the neighbour is told kindly, and others are looked for.

    Raises `NotYours`, and `StateChanged` where it is answered.
    """
    if request.thing.owner_id != by.pk:
        raise NotYours
    with transaction.atomic():
        _lock_need(request)
        if not _end(request, "decline"):
            raise StateChanged("decline")
        _let_waves_go_on(request)


def lapse(request: ThingRequest) -> bool:
    """No answer came in time, or the thing is not to be had any more; whether it ended. Idempotent."""
    with transaction.atomic():
        _lock_need(request)
        return _end(request, "lapse") and _let_waves_go_on(request)


def drop(request: ThingRequest) -> bool:
    """The need is met or over without it; whether it ended. Idempotent."""
    rows = ThingRequest.objects.filter(pk=request.pk)
    return apply_transition(rows, REQUEST_TRANSITIONS["drop"], answered_at=Now()) == 1


def move_on(request: ThingRequest) -> bool:
    """Look for others; whether that was still to be done. Idempotent."""
    with transaction.atomic():
        _lock_need(request)
        return _let_waves_go_on(request)


@transaction.atomic
def undo(request: ThingRequest) -> bool:
    """Its claim came to nothing: what was promised can be had again; whether it was so. Idempotent."""
    thing = Thing.objects.select_for_update(no_key=True).get(pk=request.thing_id)
    rows = ThingRequest.objects.came_to_nothing().filter(pk=request.pk)
    if not apply_transition(rows, REQUEST_TRANSITIONS["undo"]):
        return False
    loans = Loan.objects.filter(request=request)
    apply_transition(loans, LOAN_TRANSITIONS["undo"], ended_at=Now())
    if thing.owner:
        try:
            put_back(thing, request.many)
        except TooManyThings:
            Thing.objects.filter(pk=thing.pk).update(left=F("left") + request.many)
    return True


def _claim(need: Need, by: User, *, invited: bool = True) -> Claim:
    return claim_need(need, by=by, weekly_limit=MOST_CLAIMS_PER_WEEK, invited=invited)


def _lock_need(request: ThingRequest) -> None:
    list(Need.objects.filter(pk=request.need_id).select_for_update().values_list("pk"))


def _hand_out(thing: Thing, request: ThingRequest) -> None:
    left = take_off(thing.pk, request.many)
    if left is None:
        raise RunOut
    if thing.mode == Mode.LEND and thing.lend_days:
        back_by = clock.today() + timedelta(days=thing.lend_days)
        Loan.objects.create(request=request, back_by=back_by)
    too_late = ThingRequest.objects.waiting().filter(thing=thing, many__gt=left)
    for other in too_late.select_related("need__ask", "thing").order_by("pk"):
        _end(other, "run_out")
    enqueue_on_commit(FOLLOW_UP)


def _end(request: ThingRequest, action: str) -> bool:
    """End a wish that waits, and tell the neighbour; False where it does not wait any more."""
    rows = ThingRequest.objects.filter(pk=request.pk)
    if apply_transition(rows, REQUEST_TRANSITIONS[action], answered_at=Now()) != 1:
        return False
    request.refresh_from_db()
    tell_asker("thing_not_this_time", request)
    return True


def _let_waves_go_on(request: ThingRequest) -> bool:
    rows = ThingRequest.objects.filter(pk=request.pk, state__in=MOVES_ON, moved_on_at=None)
    if not rows.update(moved_on_at=Now()):
        return False
    set_waves(request.need, stopped=False)
    return True
