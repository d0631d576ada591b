from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from mutualaid.retention.erasing import erase
from mutualaid.retention.terms import ASK, NEED
from requests_app import rules
from requests_app.actions.ending import close_need, withdraw_need
from requests_app.actions.series import make_occurrences
from requests_app.lifecycle.actors import NEIGHBOUR, SITE, Actor
from requests_app.lifecycle.transitions import apply_claim_transition, lock_ask
from requests_app.models import Ask, Need, Series
from requests_app.states import ClaimState, CloseReason


@transaction.atomic
def erase_ask(ask: Ask, *, by: Actor = NEIGHBOUR) -> None:
    """End all needs that are still live, whoever was on the way being told, and erase who asked.

    With it go the asks that were merged into it. Nothing comes back every week any more. What stays is
    the count: kinds of help, areas, times and how it ended. Harmless when done twice.
    """
    if Ask.objects.filter(pk=ask.pk).exclude(erased_at=None).exists():
        return
    household = Ask.objects.filter(Q(pk=ask.pk) | Q(merged_into=ask)).order_by("pk")
    ids = list(household.select_for_update().values_list("pk", flat=True))
    live = lock_ask(ask)
    Series.objects.filter(needs__ask=ask, ended_at=None).update(ended_at=Now())
    for need in live:
        _end(need, by)
    erase(NEED, list(ask.needs.filter(erased_at=None).values_list("pk", flat=True)))
    erase(ASK, ids)


@transaction.atomic
def erase_need(need: Need, *, by: Actor = SITE) -> None:
    """End one need and erase what is of it alone; its ask goes on, and so does its series.

    For a replay after a restore: its time was over before. Harmless when done twice.
    """
    if Need.objects.filter(pk=need.pk).exclude(erased_at=None).exists():
        return
    if need.series:
        make_occurrences(need.series)  # each is made from the latest, which this may be
    lock_ask(need.ask)
    _end(need, by)
    erase(NEED, [need.pk])


def _end(need: Need, by: Actor) -> None:
    need.refresh_from_db()
    if rules.can_withdraw(need):
        withdraw_need(need, by=by)
    elif need.is_live:
        _end_unconfirmed(need, by)


def _end_unconfirmed(need: Need, by: Actor) -> None:
    """Done, and nobody will say any more whether it arrived."""
    for claim in need.claims.filter(state=ClaimState.DELIVERED):
        apply_claim_transition(claim, "close_unconfirmed")
    close_need(need, by=by, reason=CloseReason.UNCONFIRMED)
