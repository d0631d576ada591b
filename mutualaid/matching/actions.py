"""The use-cases of a match: what a volunteer answers to it, and what ends it."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from mutualaid.admin.history import write_history
from mutualaid.matching.models import Match, Proposal, Recheck, ScoringWeights
from mutualaid.matching.outreach.match_need import match_with
from mutualaid.matching.refusals import rule_out
from mutualaid.matching.states import INVITED, UNANSWERED
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import AccountContactPoint, User
from mutualaid.singleton.guards import check_alone
from requests_app.access.exclusions import needs_kept_from_owner, people_kept_from
from requests_app.actions import (
    NotForYou,
    StateChanged,
    WeekIsFull,
    assign_need,
    claim_need,
)
from requests_app.actions.sending import announce
from requests_app.lifecycle.actors import Actor
from requests_app.models import Claim, Need
from requests_app.states import NeedState


class AlreadyAccepted(Exception):
    """They said yes to this need before; `claim` is what they would let go."""

    def __init__(self, claim: Claim) -> None:
        super().__init__()
        self.claim = claim


ANSWER_REFUSED = (AlreadyAccepted, NotForYou, StateChanged, WeekIsFull)
"""What `accept` and `decline` raise. `how_it_stands` has the words for it."""


def accept(match: Match) -> Claim:
    """The volunteer says yes: they claim the need, and no one else is invited any more.

    Said twice, it counts once: the claim they have already is returned. Raises `NotForYou`, `StateChanged`
    (someone else was faster, or it was withdrawn), `NotNow` (they hold as much as they may, or are new) or
    `WeekIsFull`; then nothing has changed.
    """
    try:
        return _accept(match)
    except (NotForYou, StateChanged, WeekIsFull):
        if claim := match.claim_on_the_way:
            return claim
        raise


@transaction.atomic
def _accept(match: Match) -> Claim:
    offer = match.offer
    claim = claim_need(
        match.need,
        by=offer.volunteer,
        weekly_limit=offer.per_week,
        invited=match.invited_at is not None,
    )
    if not Match.objects.filter(pk=match.pk).apply("accept"):
        raise NotForYou
    _stop_inviting(match.need)
    return claim


@transaction.atomic
def decline(match: Match, reason: str = "") -> None:
    """The volunteer says no: someone else is invited at once. Said twice, it counts once.

    `reason` is a `DeclineReason`, or "" where they gave none. Raises `AlreadyAccepted` while they are on
    their way, for a yes is not undone this way, and `StateChanged` where there is nothing to say no to any
    more, because someone else said yes.
    """
    # The need is locked before its matches, as everywhere, so that no two wait for each other.
    need = Need.objects.select_for_update().get(pk=match.need_id)
    if claim := match.claim_on_the_way:
        raise AlreadyAccepted(claim)
    if Match.objects.filter(pk=match.pk).apply("decline", decline_reason=reason):
        match.decline_reason = reason
        rule_out(match)
        _match_now([need])
    elif not Match.objects.filter(pk=match.pk, state=Match.State.DECLINED).exists():
        raise StateChanged("decline")


@transaction.atomic
def think_about(match: Match) -> None:
    """They want to think about it, and to be told if someone else takes it.

    Only by a button: looking at a page says nothing of the kind (ADR 34). Raises `StateChanged` where the
    need is not open any more, or the invitation has ended.
    """
    open_now = Need.objects.open().filter(pk=match.need_id).select_for_update()
    if not (open_now and Match.objects.filter(pk=match.pk).apply("think")):
        raise StateChanged("think")


@transaction.atomic
def refit(need: Need) -> None:
    """Delete what was suggested for a need before it or its ask was changed, and match it anew.

    Whoever was invited stays invited, unless it is kept from them by now.
    """
    need.matches.filter(state=Match.State.SUGGESTED, invited_at=None).delete()
    _end_matches(need, people_kept_from(need.ask))
    if need.state == NeedState.OPEN:
        announce(need)


@transaction.atomic
def end_matches_with_owner(point: AccountContactPoint) -> None:
    """End the matches of an account with needs that are kept from the owner of this contact point of it.

    These needs are matched anew, also where nothing ends: one may just be ranked with this account.
    """
    matched = Match.objects.filter(offer__volunteer=point.user_id).values("need")
    kept_needs = needs_kept_from_owner(point.fingerprint).filter(
        Q(pk__in=matched) | Q(state=NeedState.OPEN)
    )
    # In the order in which whoever changes an ask locks its needs, so that no two wait for each other.
    needs = list(kept_needs.order_by("ask", "pk").select_for_update())
    for need in needs:
        _end_matches(need, User.objects.filter(pk=point.user_id))
    _match_now(needs)


@transaction.atomic
def end_matches_of(user: User) -> int:
    """End all suggestions and invitations of `user`; returns how many invitations were unanswered."""
    matches = Match.objects.filter(offer__volunteer=user, state__in=UNANSWERED)
    needs = Need.objects.filter(pk__in=matches.values("need")).order_by("ask", "pk")
    locked = list(needs.select_for_update())
    invited = matches.filter(state__in=INVITED).count()
    for need in locked:
        _end_matches(need, User.objects.filter(pk=user.pk))
    _match_now(locked)
    return invited


@transaction.atomic
def change_weights(
    points: Mapping[str, float], *, by: User | None, is_decided: bool = False
) -> None:
    """Change the `points` of reasons, by their fields in `ScoringWeights`, from the next match on.

    `by` is None for the site itself, and `is_decided` says that a person does not do it alone. Raises
    `DecidedTogether` for a person alone where the group decides together.
    """
    if by and not is_decided:
        check_alone(ScoringWeights, points)
    weights, _is_new = ScoringWeights.objects.update_or_create(
        pk=ScoringWeights.ONLY, defaults=dict(points)
    )
    if by:
        write_history(weights, by=by, changed=points)


def look_at_areas_again(ids: Collection[int]) -> None:
    """Let the next sweep make the open needs in these areas due, and the offers for them.

    Not at once: whoever changes areas keeps all others from measuring them, who may have locked an offer.
    """
    Recheck.objects.bulk_create(Recheck(locality_id=pk) for pk in ids)


def match_for(user: User, need: Need) -> Match | None:
    """The match of `user` with a need they found on the board, made now if their offer fits; else None."""
    mine = Match.objects.of(user).filter(need=need).exclude(state=Match.State.CANCELLED)
    if not mine.exists():
        match_with(need, user)
    return mine.first()


@transaction.atomic
def assign(need: Need, *, to: User, by: Actor) -> Claim:
    """A coordinator gives the need to someone who agreed to it. Raises `NotForYou` or `StateChanged`."""
    claim = assign_need(need, to=to, by=by)
    Match.objects.of(to).filter(need=need).apply("assign")
    _stop_inviting(need)
    return claim


def _stop_inviting(need: Need) -> None:
    """Once every place is taken, invite no one else, and thank whoever was thinking about it."""
    if need.state == NeedState.OPEN:
        return
    thinking = list(need.matches.filter(state=Match.State.SEEN).select_related("offer__volunteer"))
    need.matches.apply("supersede")
    for match in thinking:
        key = f"need_taken:{match.pk}:{match.invited_at:%Y%m%d%H%M%S%f}"
        enqueue("need_taken", about_id=match.pk, to=match.offer.volunteer, key=key)


def _end_matches(need: Need, people: QuerySet[User]) -> None:
    """Suggest these people for it no more. Where they were invited, the row is kept."""
    matches = need.matches.filter(offer__volunteer__in=people)
    matches.filter(state=Match.State.SUGGESTED, invited_at=None).delete()
    matches.apply("supersede")
    Proposal.objects.filter(need=need, offer__volunteer__in=people).delete()


def _match_now(needs: list[Need]) -> None:
    """Make those that are open due for matching."""
    ids = [need.pk for need in needs]
    Need.objects.open().filter(pk__in=ids).update(match_due_at=Now())
