"""What a volunteer answers to a match, and what ends matches."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from mutualaid.admin.history import write_history
from mutualaid.matching.models import Match, Proposal, ScoringWeights
from mutualaid.matching.outreach.match_need import match_with
from mutualaid.matching.refusals import rule_out
from mutualaid.matching.states import INVITED, UNANSWERED
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import AccountContactPoint, User
from requests_app.access.exclusions import needs_kept_from_owner, people_kept_from
from requests_app.actions import NotForYou, StateChanged, assign_need, claim_need
from requests_app.actions.sending import announce
from requests_app.lifecycle.actors import Actor
from requests_app.models import Claim, Need
from requests_app.states import NeedState


class AlreadyAccepted(Exception):
    """They are on their way to this need already; `claim` is what they would let go."""

    def __init__(self, claim: Claim) -> None:
        super().__init__()
        self.claim = claim


@transaction.atomic
def accept(match: Match) -> Claim:
    """The volunteer says yes: they claim the need, and nobody else is invited any more.

    Raises `NotForYou` when the match has ended, and what `requests_app.actions.claim_need` raises;
    then nothing has changed.
    """
    offer = match.offer
    claim = claim_need(match.need, by=offer.volunteer, weekly_limit=offer.per_week)
    if not Match.objects.filter(pk=match.pk).apply("accept"):
        raise NotForYou
    _invite_no_more(match.need)
    return claim


@transaction.atomic
def decline(match: Match, reason: str = "") -> None:
    """The volunteer says no: someone else is invited at once. Said twice, it counts once.

    Raises `AlreadyAccepted` while they are on their way, for a yes is not undone this way, and `StateChanged`
    where there is nothing to say no to any more, because someone else said yes.
    """
    # The need is locked before its matches, as everywhere.
    need = Need.objects.select_for_update().get(pk=match.need_id)
    if claim := match.claim_on_the_way:
        raise AlreadyAccepted(claim)
    if Match.objects.filter(pk=match.pk).apply("decline", decline_reason=reason):
        match.decline_reason = reason
        rule_out(match)
        _look_now([need])
    elif not Match.objects.filter(pk=match.pk, state=Match.State.DECLINED).exists():
        raise StateChanged("decline")


@transaction.atomic
def think_about(match: Match) -> bool:
    """They want to think about it, and to be told if someone else takes it; returns whether they still can.

    Looking at a page says nothing of the kind: see docs/adr/0034.
    """
    open_now = Need.objects.open().filter(pk=match.need_id).select_for_update()
    return bool(open_now and Match.objects.filter(pk=match.pk).apply("think"))


@transaction.atomic
def refit(need: Need) -> None:
    """A need or its ask was changed: forget what was suggested for it as it was, and look anew.

    Whoever was invited stays invited, unless it is kept from them by now.
    """
    need.matches.filter(state=Match.State.SUGGESTED, invited_at=None).delete()
    _end_matches(need, people_kept_from(need.ask))
    if need.state == NeedState.OPEN:
        announce(need)


@transaction.atomic
def end_matches_with_owner(point: AccountContactPoint) -> None:
    """An account has this contact point by now: it is invited to nothing that is kept from its owner."""
    kept = needs_kept_from_owner(point.fingerprint).filter(
        pk__in=Match.objects.filter(offer__volunteer=point.user_id).values("need")
    )
    # In the order in which whoever changes an ask locks its needs, so that nobody waits in a ring.
    needs = list(kept.order_by("ask", "pk").select_for_update())
    for need in needs:
        _end_matches(need, User.objects.filter(pk=point.user_id))
    _look_now(needs)


@transaction.atomic
def end_matches_of(user: User) -> int:
    """They are invited to nothing any more; returns how many invitations were still unanswered."""
    theirs = Match.objects.filter(offer__volunteer=user, state__in=UNANSWERED)
    needs = Need.objects.filter(pk__in=theirs.values("need")).order_by("ask", "pk")
    locked = list(needs.select_for_update())
    invited = theirs.filter(state__in=INVITED).count()
    for need in locked:
        _end_matches(need, User.objects.filter(pk=user.pk))
    _look_now(locked)
    return invited


@transaction.atomic
def change_weights(given: Mapping[str, float], *, by: User) -> None:
    """Change how much the reasons named in `given` count, from the next look on."""
    weights, _is_new = ScoringWeights.objects.update_or_create(
        pk=ScoringWeights.ONLY, defaults=dict(given)
    )
    write_history(weights, by=by, changed=given)


def match_for(user: User, need: Need) -> Match | None:
    """The match of this person with a need they found on the board, made now if their offer fits."""
    mine = Match.objects.of(user).filter(need=need).exclude(state=Match.State.CANCELLED)
    if not mine.exists():
        match_with(need, user)
    return mine.first()


@transaction.atomic
def assign(need: Need, *, to: User, by: Actor) -> Claim:
    """A coordinator gives the need to someone; raises what `assign_need` raises."""
    claim = assign_need(need, to=to, by=by)
    Match.objects.of(to).filter(need=need).apply("assign")
    _invite_no_more(need)
    return claim


def _invite_no_more(need: Need) -> None:
    """Once every place is taken, nobody else is invited; who was thinking about it is thanked."""
    if need.state == NeedState.OPEN:
        return
    thinking = list(need.matches.filter(state=Match.State.SEEN).select_related("offer__volunteer"))
    need.matches.apply("supersede")
    for match in thinking:
        key = f"need_taken:{match.pk}:{match.invited_at:%Y%m%d%H%M%S%f}"
        enqueue("need_taken", about_id=match.pk, to=match.offer.volunteer, key=key)


def _end_matches(need: Need, people: QuerySet[User]) -> None:
    """These people are suggested for it no more; of invitations it is kept that they were sent."""
    theirs = need.matches.filter(offer__volunteer__in=people)
    theirs.filter(state=Match.State.SUGGESTED, invited_at=None).delete()
    theirs.apply("supersede")
    Proposal.objects.filter(need=need, offer__volunteer__in=people).delete()


def _look_now(needs: list[Need]) -> None:
    """Make those that are open due for matching."""
    ids = [need.pk for need in needs]
    Need.objects.open().filter(pk__in=ids).update(match_due_at=Now())
