from django.db import IntegrityError, transaction

from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app import rules
from requests_app.access.exclusions import is_kept_from
from requests_app.actions.sending import announce
from requests_app.coordinators import choose_support_contact, notify_support_contact
from requests_app.lifecycle.actors import NEIGHBOUR, Actor, volunteer
from requests_app.lifecycle.transitions import apply_claim_transition, transition
from requests_app.models import Claim, Need
from requests_app.models.claim import ClaimQuerySet, this_week
from requests_app.notifications.neighbour import notify_neighbour
from requests_app.states import LIVE_CLAIM

MOST_IN_A_WEEK = 50
"""What even a coordinator cannot exceed."""


class NotForYou(Exception):
    """The rules do not let this person take this need on."""


class WeekIsFull(Exception):
    """The volunteer has taken on as many this week as they wished for."""


def claim_need(need: Need, *, by: User, weekly_limit: int) -> Claim:
    """Take a need on. Of two at once for the last place, one wins.

    Raises `NotForYou`, `StateChanged` (somebody was faster, or it was withdrawn) or `WeekIsFull`.
    """
    if not rules.can_claim(by, need):
        raise NotForYou
    _free_week_slots(by, weekly_limit)  # a full week need not wait until others have finished
    with transaction.atomic(), transition(need, "claim", by=volunteer(by)):
        return _begin(need, by, weekly_limit, by=volunteer(by))


@transaction.atomic
def assign_need(need: Need, *, to: User, by: Actor) -> Claim:
    """Give a need to somebody who agreed to it. The week's limit is theirs to waive, and they did.

    Raises `NotForYou` or `StateChanged`.
    """
    if not rules.can_be_assigned(to, need):
        raise NotForYou
    with transition(need, "assign", by=by):
        return _begin(need, to, MOST_IN_A_WEEK, by=by)


@transaction.atomic
def reassign_claim(claim: Claim, *, to: User, by: Actor) -> Claim:
    """Somebody else, who agreed to it, goes instead; both are told, and so is the neighbour.

    Raises `NotForYou` or `StateChanged`.
    """
    need = claim.need
    if not rules.can_be_assigned(to, need):
        raise NotForYou
    with transition(need, "reassign", by=by):
        apply_claim_transition(claim, "reassign")
        enqueue("claim_ended", about_id=claim.pk, to=claim.volunteer)
        return _begin(need, to, MOST_IN_A_WEEK, by=by)


@transaction.atomic
def release_claim(claim: Claim, *, by: Actor, reason: str = "") -> None:
    """Let a need go: it is open again at once, and somebody else is looked for."""
    with transition(claim.need, "release", by=by, reason=reason):
        apply_claim_transition(claim, "release")
    said = "claim_let_go" if by.user == claim.volunteer else "claim_ended"
    enqueue(said, about_id=claim.pk, to=claim.volunteer)
    _look_again(claim)


@transaction.atomic
def release_claims_of(user: User, *, by: Actor) -> int:
    """Release everything they are on their way to; return how many claims that were."""
    return _release_each(Claim.objects.of(user), by)


@transaction.atomic
def release_vetted_only_claims_of(user: User, *, by: Actor) -> int:
    """Release what they are on their way to and only people known to the group may do; return how many."""
    return _release_each(Claim.objects.of(user).filter(need__category__vetted_only=True), by)


def _release_each(claims: ClaimQuerySet, by: Actor) -> int:
    """Release those of `claims` that are on the way, in the order in which needs are locked."""
    on_the_way = claims.on_the_way().select_related("need__ask", "need__category", "volunteer")
    ended = list(on_the_way.order_by("need__ask", "need"))
    for claim in ended:
        release_claim(claim, by=by)
    return len(ended)


@transaction.atomic
def cancel_helper(claim: Claim) -> None:
    """The neighbour would rather have somebody else. They need not say why, and nobody is blamed."""
    with transition(claim.need, "cancel_helper", by=NEIGHBOUR):
        apply_claim_transition(claim, "cancel_helper")
    enqueue("claim_ended", about_id=claim.pk, to=claim.volunteer)
    announce(claim.need)


@transaction.atomic
def report_no_show(claim: Claim, *, by: Actor) -> None:
    """A coordinator learned that nobody came. It stands with this claim alone, and counts nowhere."""
    with transition(claim.need, "no_show", by=by):
        apply_claim_transition(claim, "no_show")
    enqueue("claim_ended", about_id=claim.pk, to=claim.volunteer)
    _look_again(claim)


def _look_again(claim: Claim) -> None:
    notify_neighbour("need_reopened", claim.need, about_id=claim.pk)
    announce(claim.need)


def _begin(need: Need, user: User, weekly_limit: int, *, by: Actor) -> Claim:
    if is_kept_from(user, need.ask):  # asked again with the need locked
        raise NotForYou
    claim = _take_places(need, user, weekly_limit)
    notify_support_contact(claim, by.user)
    enqueue("claim_made", about_id=claim.pk, to=user)
    notify_neighbour("need_claimed", need, about_id=claim.pk)
    return claim


def _take_places(need: Need, user: User, weekly_limit: int) -> Claim:
    """Create the claim in the first free place of the need, and of the volunteer's week.

    The row of the need is held, so its places wait; those of the week may be taken at this moment
    for another need, and the database refuses a place taken twice.
    """
    place, support_contact = _first_free_place(need, user), choose_support_contact(need, user)
    for slot in _free_week_slots(user, weekly_limit):
        try:
            with transaction.atomic():
                return Claim.objects.create(
                    need=need,
                    volunteer=user,
                    support_contact=support_contact,
                    place=place,
                    week=this_week(),
                    week_slot=slot,
                )
        except IntegrityError:
            continue
    raise WeekIsFull


def _first_free_place(need: Need, user: User) -> int:
    filling = list(need.claims.filling().values_list("place", "volunteer", "state"))
    if any(who == user.pk and state in LIVE_CLAIM for _, who, state in filling):
        raise StateChanged("claim")
    taken = {place for place, _, _ in filling}
    return next(place for place in range(1, need.helpers_wanted + 2) if place not in taken)


def _free_week_slots(user: User, weekly_limit: int) -> list[int]:
    """Raises `WeekIsFull` when there are none."""
    taken = set(Claim.objects.of(user).filling_this_week().values_list("week_slot", flat=True))
    free = [slot for slot in range(1, weekly_limit + 1) if slot not in taken]
    if not free:
        raise WeekIsFull
    return free
