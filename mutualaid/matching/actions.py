"""What a volunteer answers to a match."""

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.matching.models import Match
from mutualaid.matching.outreach.match_need import match_with
from mutualaid.matching.refusals import rule_out
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import User
from requests_app.actions import NotForYou, assign_need, claim_need
from requests_app.actions.posting import announce
from requests_app.lifecycle.actors import Actor
from requests_app.models import Claim, Need
from requests_app.states import NeedState


@transaction.atomic
def accept(match: Match) -> Claim:
    """The volunteer says yes: she claims the need, and nobody else is asked any more.

    Raises what `requests_app.actions.claim_need` raises; then nothing has changed.
    """
    offer = match.offer
    claim = claim_need(match.need, by=offer.volunteer, weekly_limit=offer.per_week)
    if not Match.objects.filter(pk=match.pk).move("accept"):
        raise NotForYou
    _ask_no_more(match.need)
    return claim


@transaction.atomic
def decline(match: Match, reason: str = "") -> None:
    """The volunteer says no: somebody else is asked at once. A yes is not undone this way."""
    need = Need.objects.select_for_update().get(
        pk=match.need_id
    )  # before its matches, as everywhere
    if Match.objects.filter(pk=match.pk).move("decline", decline_reason=reason):
        match.decline_reason = reason
        rule_out(match)
        Need.objects.open().filter(pk=need.pk).update(match_due_at=Now())


@transaction.atomic
def think_about(match: Match) -> bool:
    """She wants to think about it, and to be told if somebody else takes it; returns whether she still can.

    Looking at a page says nothing of the kind: see docs/adr/0034.
    """
    open_now = Need.objects.open().filter(pk=match.need_id).select_for_update()
    return bool(open_now and Match.objects.filter(pk=match.pk).move("think"))


@transaction.atomic
def refit(need: Need) -> None:
    """A need was changed: forget what was suggested for it as it was, and look anew."""
    need.matches.filter(state=Match.State.SUGGESTED, asked_at=None).delete()
    if need.state == NeedState.OPEN:
        announce(need)


def match_for(user: User, need: Need) -> Match | None:
    """The match of this person with a need she found on the board, made now if her offer fits."""
    mine = Match.objects.of(user).filter(need=need).exclude(state=Match.State.CANCELLED)
    if not mine.exists():
        match_with(need, user)
    return mine.first()


@transaction.atomic
def assign(need: Need, *, to: User, by: Actor) -> Claim:
    """A coordinator gives the need to somebody; raises what `assign_need` raises."""
    claim = assign_need(need, to=to, by=by)
    Match.objects.of(to).filter(need=need).move("assign")
    _ask_no_more(need)
    return claim


def _ask_no_more(need: Need) -> None:
    """Once every place is taken, nobody else is asked; who was thinking about it is thanked."""
    if need.state == NeedState.OPEN:
        return
    thinking = list(need.matches.filter(state=Match.State.SEEN).select_related("offer__volunteer"))
    need.matches.move("supersede")
    for match in thinking:
        key = f"need_taken:{match.pk}:{match.asked_at:%Y%m%d%H%M%S%f}"
        enqueue("need_taken", about_id=match.pk, to=match.offer.volunteer, key=key)
