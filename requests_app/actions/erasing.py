from django.db import transaction

from mutualaid.retention.erasing import erase
from mutualaid.retention.terms import NEED
from requests_app import rules
from requests_app.actions.ending import close_need, withdraw_need
from requests_app.models import Need
from requests_app.moves import NEIGHBOUR, Actor, move_claim
from requests_app.states import ClaimState, CloseReason


@transaction.atomic
def erase_need(need: Need, *, by: Actor = NEIGHBOUR) -> None:
    """End a need that is still live, whoever was on the way being told, and erase who asked it.

    What stays is the count: kind of help, area, times and how it ended. Harmless when done twice.
    """
    if rules.can_withdraw(need):
        withdraw_need(need, by=by)
    elif need.is_live:
        _end_unconfirmed(need, by)
    erase(NEED, [need.pk])


def _end_unconfirmed(need: Need, by: Actor) -> None:
    """Done, and nobody will say any more whether it arrived."""
    for claim in need.claims.filter(state=ClaimState.DELIVERED):
        move_claim(claim, "assume")
    close_need(need, by=by, reason=CloseReason.UNCONFIRMED)
