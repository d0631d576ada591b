"""A volunteer claims a need, is given one, or lets it go; how many places it has. The neighbour is told."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date
from itertools import count

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from mutualaid.notify.outbox import HeldBatch, enqueue, enqueue_all
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app import rules
from requests_app.actions.sending import announce, announce_all
from requests_app.coordinators import choose_support_contact, notify_support_contact
from requests_app.lifecycle.actors import NEIGHBOUR, Actor, volunteer
from requests_app.lifecycle.transitions import (
    apply_claim_transition,
    apply_claim_transition_to_all,
    apply_need_transition_to_all,
    lock_need,
    lock_needs,
    log_event,
    needs_in_parts,
    transition,
)
from requests_app.models import Claim, Need
from requests_app.models.claim import ClaimQuerySet
from requests_app.newcomers import Hindrance, hindrance
from requests_app.notifications.neighbour import (
    notify_neighbour,
    told_of_claims,
    told_to_volunteers,
)
from requests_app.states import ASIDE, LIVE_CLAIM, WITH_HELPERS, NeedState

MOST_CLAIMS_PER_WEEK = 50
"""Of one volunteer, whoever gives them the needs. Assumed, not measured."""


class NotForYou(Exception):
    """The rules do not let this person claim this need, or see these contact details."""


class NotNow(NotForYou):
    """The volunteer cannot say yes just now; `hindrance` says why."""

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__()
        self.hindrance = hindrance


class WeekIsFull(Exception):
    """The volunteer has as many claims in the week of the need as their limit allows."""


class TooFew(Exception):
    """More volunteers have claimed the need already."""


@transaction.atomic
def claim_need(need: Need, *, by: User, weekly_limit: int, invited: bool = False) -> Claim:
    """Claim a need. Of two volunteers at once for the last place, one gets it.

    `invited`: they were invited to it; someone new cannot claim it else. Raises `NotForYou` if the rules
    refuse this volunteer, `NotNow` if they hold or saw as much as they may, `StateChanged` if the need is
    not open any more or they have claimed it already, and `WeekIsFull` once they have `weekly_limit`
    claims in the week of the need.
    """
    _refuse(by, need, invited=invited)
    _free_week_slots(by, need.week, weekly_limit)  # refuse a full week before waiting for the lock
    with transition(need, "claim", by=volunteer(by)):
        _refuse(lock_account(by), need, invited=invited)
        slot = _first_free_live_slot(by)
        return _create_claim(need, by, weekly_limit, by=volunteer(by), live_slot=slot)


@transaction.atomic
def assign_need(need: Need, *, to: User, by: Actor) -> Claim:
    """Give a need to a volunteer who agreed to it, beyond what they may take by their own yes.

    Raises `NotForYou` if the rules refuse this volunteer, `StateChanged` if the need is neither open nor
    in triage or they have claimed it already, and `WeekIsFull` after `MOST_CLAIMS_PER_WEEK`.
    """
    with transition(need, "assign", by=by):
        if not rules.can_be_assigned(lock_account(to), need):
            raise NotForYou
        return _create_claim(need, to, MOST_CLAIMS_PER_WEEK, by=by, live_slot=None)


@transaction.atomic
def reassign_claim(claim: Claim, *, to: User, by: Actor) -> Claim:
    """Let another volunteer, who agreed to it, go instead; both and the neighbour are told.

    Raises `NotForYou` if the rules refuse the other volunteer, `StateChanged` if the claim is not on the
    way any more or they have claimed the need already, and `WeekIsFull` after `MOST_CLAIMS_PER_WEEK`.
    """
    need = claim.need
    with transition(need, "reassign", by=by):
        if not rules.can_be_assigned(lock_account(to), need):
            raise NotForYou
        apply_claim_transition(claim, "reassign")
        enqueue("claim_ended", about_id=claim.pk, to=claim.volunteer)
        return _create_claim(need, to, MOST_CLAIMS_PER_WEEK, by=by, live_slot=None)


@transaction.atomic
def release_claim(
    claim: Claim, *, by: Actor, reason: str = "", told_by_volunteer: bool = False
) -> None:
    """End a claim whose volunteer does not come: the need is open again at once.

    `reason` is a code for the history. `told_by_volunteer`: they said so to whoever does it, and are
    thanked as if they had let it go themselves. Raises `StateChanged` if the claim is not on the way any
    more.
    """
    _end(claim, by=by, reason=reason)
    _look_for_others([claim], by, told_by_volunteer=told_by_volunteer)


def release_needs(
    needs: Iterable[Need], *, by: Actor, batch: HeldBatch | None = None
) -> list[Need]:
    """Release everyone on the way to several needs, in a few queries; returns the needs that had anyone.

    Each is told as by `release_claim`. The history of a need has one line about it, however many went.
    In a `batch` the messages wait, and it can be undone: see `undo_step`.
    """
    return [need for part in needs_in_parts(needs) for need in _release_all(part, by, batch)]


@transaction.atomic
def release_claims_of(user: User, *, by: Actor) -> int:
    """Release everything they are on their way to; return how many claims that were."""
    return release_claims(Claim.objects.of(user), by=by)


@transaction.atomic
def release_vetted_only_claims_of(user: User, *, by: Actor) -> int:
    """Release what they are on their way to and only people known to the group may do; return how many."""
    return release_claims(Claim.objects.of(user).filter(need__category__vetted_only=True), by=by)


@transaction.atomic
def release_claims(claims: ClaimQuerySet, *, by: Actor) -> int:
    """Release those of `claims` that are still on the way, as `release_claim` does; return how many.

    A neighbour hears once of all that one volunteer gives back to their ask, and the volunteer too.
    """
    on_the_way = claims.on_the_way().select_related("need__ask", "need__category", "volunteer")
    released = []
    for claim in on_the_way.order_by("need__ask", "need"):  # the order in which needs are locked
        with suppress(StateChanged), transaction.atomic():
            _end(claim, by=by)
            released.append(claim)
    together = Claim.objects.filter(pk__in=[claim.pk for claim in released])
    together.update(ended_at=Now())  # by the same time, messages find what ended in one step
    _look_for_others(released, by)
    return len(released)


@transaction.atomic
def _release_all(needs: Collection[Need], by: Actor, batch: HeldBatch | None) -> list[Need]:
    lock_needs(needs)
    on_the_way = Claim.objects.on_the_way().filter(need__in=needs).order_by("need", "pk")
    claims = list(on_the_way.select_related("volunteer"))
    left = {claim.need_id for claim in claims}
    released = apply_need_transition_to_all(
        [need for need in needs if need.pk in left],
        "release",
        by=by,
        to=NeedState.OPEN,
        batch=batch,
    )
    apply_claim_transition_to_all(claims, "release")
    by_pk = {need.pk: need for need in released}
    for claim in claims:
        claim.need = by_pk[claim.need_id]
    _look_for_others(claims, by, batch=batch)
    return released


def _end(claim: Claim, *, by: Actor, reason: str = "") -> None:
    with transition(claim.need, "release", by=by, reason=reason):
        apply_claim_transition(claim, "release")


def _look_for_others(
    claims: Collection[Claim],
    by: Actor,
    *,
    told_by_volunteer: bool = False,
    batch: HeldBatch | None = None,
) -> None:
    """Tell both sides of claims that were released in one step, and announce the needs."""
    by_kind = defaultdict[str, list[Claim]](list)
    for claim in claims:
        by_kind[_said_to(claim, by, told_by_volunteer=told_by_volunteer)].append(claim)
    told = [one for kind, group in by_kind.items() for one in told_to_volunteers(kind, group)]
    enqueue_all([*told, *told_of_claims("need_reopened", claims)], batch)
    announce_all(list({claim.need_id: claim.need for claim in claims}.values()), batch)


def _said_to(claim: Claim, by: Actor, *, told_by_volunteer: bool = False) -> str:
    """The kind of message to whoever is released; they are thanked if they let it go themselves."""
    is_by_volunteer = told_by_volunteer or by.user == claim.volunteer
    return "claim_let_go" if is_by_volunteer else "claim_ended"


@transaction.atomic
def cancel_helper(claim: Claim) -> None:
    """End a claim because the neighbour would rather have someone else; no reason is asked or given.

    Raises `StateChanged` if the claim is not on the way any more.
    """
    with transition(claim.need, "cancel_helper", by=NEIGHBOUR):
        apply_claim_transition(claim, "cancel_helper")
    enqueue("claim_ended", about_id=claim.pk, to=claim.volunteer)
    announce(claim.need)


@transaction.atomic
def report_no_show(claim: Claim, *, by: Actor) -> None:
    """End a claim because a coordinator learned that no one came. It is not counted against anyone.

    Raises `StateChanged` if the claim is over already.
    """
    with transition(claim.need, "no_show", by=by):
        apply_claim_transition(claim, "no_show")
    enqueue("claim_ended", about_id=claim.pk, to=claim.volunteer)
    _reopen(claim)


@transaction.atomic
def set_helper_count(need: Need, wanted: int, *, by: Actor) -> None:
    """Change how many helpers a need wants in total, 1 to `MOST_HELPERS`.

    Raises `TooFew` if more have claimed it, and `StateChanged` if it is merged or closed.
    """
    lock_need(need)
    if need.state in (NeedState.TRIAGE, *ASIDE):
        need.helpers_wanted = wanted
        need.save(update_fields=["helpers_wanted"])
        log_event(need, "set_helper_count", by=by)
    elif need.state in WITH_HELPERS:
        with transition(need, "set_helper_count", by=by, helpers_wanted=wanted):
            _renumber_places(need, wanted)
        if need.state == NeedState.OPEN:
            announce(need)
    else:
        raise StateChanged("set_helper_count")


def _reopen(claim: Claim) -> None:
    notify_neighbour("need_reopened", claim.need, about_id=claim.pk)
    announce(claim.need)


def _refuse(user: User, need: Need, *, invited: bool) -> None:
    """Raises `NotForYou`, `NotNow`, and `StateChanged` where they have claimed it already."""
    if not rules.can_claim(user, need):
        raise NotForYou
    if reason := hindrance(user, need, invited=invited):
        if need.claims.live().filter(volunteer=user).exists():
            raise StateChanged("claim")
        raise NotNow(reason)


def _first_free_live_slot(user: User) -> int:
    """The first free number among what they hold at once by their own yes."""
    held = Claim.objects.of(user).live().exclude(live_slot=None)
    taken = set(held.values_list("live_slot", flat=True))
    return next(slot for slot in count(1) if slot not in taken)


def lock_account(user: User) -> User:
    """Lock an account, after the need as a wave does, and return it as it stands now.

    So whoever is switched off, blocked or no longer known to the group at this moment either does not
    claim, or is released by that change, which locks the account too. Foreign keys to the account do not
    wait for the lock.
    """
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _create_claim(
    need: Need, user: User, weekly_limit: int, *, by: Actor, live_slot: int | None
) -> Claim:
    claim = _take_places(need, user, weekly_limit, live_slot)
    notify_support_contact(claim, by.user)
    enqueue("claim_made", about_id=claim.pk, to=user)
    notify_neighbour("need_claimed", need, about_id=claim.pk)
    return claim


def _take_places(need: Need, user: User, weekly_limit: int, live_slot: int | None) -> Claim:
    """Create the claim in the first free place of the need and of the volunteer's week.

    The need is locked, so its places are safe. A slot of the week may be taken for another need at the
    same moment: then the unique constraint refuses it, and the next one is tried.
    """
    place, support_contact = _first_free_place(need, user), choose_support_contact(need, user)
    week = need.week
    for slot in _free_week_slots(user, week, weekly_limit):
        try:
            with transaction.atomic():
                return Claim.objects.create(
                    need=need,
                    volunteer=user,
                    support_contact=support_contact,
                    place=place,
                    week=week,
                    week_slot=slot,
                    live_slot=live_slot,
                )
        except IntegrityError:
            continue
    raise WeekIsFull


def _first_free_place(need: Need, user: User) -> int:
    """Raises `StateChanged` if the user has a live claim to this need."""
    filling = list(need.claims.filling().values_list("place", "volunteer", "state"))
    if any(pk == user.pk and state in LIVE_CLAIM for _, pk, state in filling):
        raise StateChanged("claim")
    taken = {place for place, _, _ in filling}
    return next(place for place in range(1, need.helpers_wanted + 2) if place not in taken)


def _renumber_places(need: Need, wanted: int) -> None:
    """Give the claims the first places in their order. Raises `TooFew` if there are more than `wanted`."""
    filling = list(need.claims.filling().order_by("place"))
    if wanted < len(filling):
        raise TooFew
    for place, claim in enumerate(filling, 1):
        need.claims.filter(pk=claim.pk).update(place=place)


def _free_week_slots(user: User, week: date, weekly_limit: int) -> list[int]:
    """The numbers of the free slots of a week, at least one. Raises `WeekIsFull` if there are none."""
    taken = _taken_week_slots(user, week)
    free = [slot for slot in range(1, weekly_limit + 1) if slot not in taken]
    if not free:
        raise WeekIsFull
    return free


def _taken_week_slots(user: User, week: date) -> set[int]:
    return set(Claim.objects.of(user).filling_week(week).values_list("week_slot", flat=True))


def move_to_week(claims: ClaimQuerySet, week: date) -> None:
    """Let those of `claims` that fill a place fill one of this week instead, for their help is then.

    Nothing is refused: where a volunteer's week was full, it is fuller now, and they say yes to nothing
    more of it. Call it with the need locked.
    """
    moving = claims.filling().exclude(week=week).order_by("volunteer", "pk")
    for claim in moving.select_related("volunteer"):
        lock_account(claim.volunteer)  # so that no one takes the slot meanwhile
        taken = _taken_week_slots(claim.volunteer, week)
        slot = next(slot for slot in count(1) if slot not in taken)
        Claim.objects.filter(pk=claim.pk).update(week=week, week_slot=slot)
