"""What a volunteer answers to a match."""

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.matching.models import Match
from mutualaid.matching.pairing import match_with
from mutualaid.people.models import User
from requests_app.actions import assign_need, claim_need
from requests_app.actions.posting import announce
from requests_app.models import Claim, Need
from requests_app.moves import Actor
from requests_app.states import NeedState

State = Match.State
ANSWERABLE = (State.SUGGESTED, State.NOTIFIED, State.DECLINED)


@transaction.atomic
def accept(match: Match) -> Claim:
    """The volunteer says yes: she claims the need.

    Raises what `requests_app.actions.claim_need` raises; then nothing has changed.
    """
    offer = match.offer
    claim = claim_need(match.need, by=offer.volunteer, weekly_limit=offer.per_week)
    Match.objects.filter(pk=match.pk).update(state=State.ACCEPTED)
    return claim


@transaction.atomic
def decline(match: Match) -> None:
    """The volunteer says no: somebody else is asked at once. A yes is not undone this way."""
    asked = Match.objects.filter(pk=match.pk, state__in=[State.SUGGESTED, State.NOTIFIED])
    if asked.update(state=State.DECLINED):
        Need.objects.open().filter(pk=match.need_id).update(match_due_at=Now())


@transaction.atomic
def refit(need: Need) -> None:
    """A need was changed: forget what was suggested for it as it was, and look anew."""
    need.matches.filter(state=State.SUGGESTED).delete()
    if need.state == NeedState.OPEN:
        announce(need)


def match_for(user: User, need: Need) -> Match | None:
    """The match of this person with a need she found on the board, made now if her offer fits."""
    found = Match.objects.of(user).filter(need=need).first()
    if found:
        return found
    match_with(need, user)
    return Match.objects.of(user).filter(need=need).first()


@transaction.atomic
def assign(need: Need, *, to: User, by: Actor) -> Claim:
    """A coordinator gives the need to somebody; raises what `assign_need` raises."""
    claim = assign_need(need, to=to, by=by)
    Match.objects.of(to).filter(need=need).update(state=State.ACCEPTED)
    return claim
