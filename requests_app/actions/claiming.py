from django.db import IntegrityError, transaction

from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import User
from requests_app import rules
from requests_app.actions.posting import announce
from requests_app.models import Claim, Need
from requests_app.models.claim import this_week
from requests_app.moves import Actor, move_claim, move_need, volunteer
from requests_app.telling import tell_neighbour

MOST_IN_A_WEEK = 50
"""What even a coordinator cannot exceed."""


class NotForYou(Exception):
    """The rules do not let this person take this need on."""


class WeekIsFull(Exception):
    """The volunteer has taken on as many this week as she wished for."""


@transaction.atomic
def claim_need(need: Need, *, by: User, weekly_limit: int) -> Claim:
    """Take a need on. Of two at once, one wins.

    Raises `NotForYou`, `StateChanged` (somebody was faster, or it was withdrawn) or `WeekIsFull`.
    """
    if not rules.can_claim(by, need):
        raise NotForYou
    move_need(need, "claim", by=volunteer(by))
    return _begin(need, by, weekly_limit)


@transaction.atomic
def assign_need(need: Need, *, to: User, by: Actor) -> Claim:
    """Give a need to somebody who agreed to it. The week's limit is hers to waive, and she did.

    Raises `NotForYou` or `StateChanged`.
    """
    if not rules.can_be_assigned(to, need):
        raise NotForYou
    move_need(need, "assign", by=by)
    return _begin(need, to, MOST_IN_A_WEEK)


@transaction.atomic
def release_claim(claim: Claim, *, by: Actor, reason: str = "") -> None:
    """Let a need go: it is open again at once, and somebody else is looked for."""
    move_claim(claim, "release")
    move_need(claim.need, "release", by=by, reason=reason)
    tell_neighbour("need_reopened", claim.need, about_id=claim.pk)
    if by.user != claim.volunteer:
        enqueue("claim_ended", about_id=claim.pk, to=claim.volunteer)
    announce(claim.need)


def _begin(need: Need, user: User, weekly_limit: int) -> Claim:
    claim = _take_week_slot(need, user, weekly_limit)
    enqueue("claim_made", about_id=claim.pk, to=user)
    tell_neighbour("need_claimed", need, about_id=claim.pk)
    return claim


def _take_week_slot(need: Need, user: User, weekly_limit: int) -> Claim:
    """Create the claim in the first free place of the week; the database refuses a place taken twice."""
    taken = set(Claim.objects.of(user).filling_this_week().values_list("week_slot", flat=True))
    for slot in range(1, weekly_limit + 1):
        if slot in taken:
            continue
        try:
            with transaction.atomic():
                return Claim.objects.create(
                    need=need, volunteer=user, week=this_week(), week_slot=slot
                )
        except IntegrityError:
            continue
    raise WeekIsFull
