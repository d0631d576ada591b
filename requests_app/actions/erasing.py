from django.db import transaction
from django.db.models.functions import Now

from mutualaid.retention.erasing import erase
from mutualaid.retention.terms import NEED
from requests_app import rules
from requests_app.actions.ending import close_need, withdraw_need
from requests_app.lifecycle.actors import NEIGHBOUR, Actor
from requests_app.lifecycle.transitions import move_claim
from requests_app.models import Need, Series
from requests_app.states import ClaimState, CloseReason


@transaction.atomic
def erase_need(need: Need, *, by: Actor = NEIGHBOUR) -> None:
    """End a need that is still live, whoever was on the way being told, and erase who asked it.

    With it goes all that was asked together with it, and nothing comes back every week any more.
    What stays is the count: kind of help, area, times and how it ended. Harmless when done twice.
    """
    needs = [need, *need.together()]
    Series.objects.filter(needs__in=needs, ended_at=None).update(ended_at=Now())
    for one in needs:
        _end(one, by)
    erase(NEED, [one.pk for one in needs])


def _end(need: Need, by: Actor) -> None:
    if rules.can_withdraw(need):
        withdraw_need(need, by=by)
    elif need.is_live:
        _end_unconfirmed(need, by)


def _end_unconfirmed(need: Need, by: Actor) -> None:
    """Done, and nobody will say any more whether it arrived."""
    for claim in need.claims.filter(state=ClaimState.DELIVERED):
        move_claim(claim, "assume")
    close_need(need, by=by, reason=CloseReason.UNCONFIRMED)
