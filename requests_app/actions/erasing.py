"""Erase an ask or one need before its time, as the neighbour wishes or as the ledger of erasures says."""

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from mutualaid.retention.erasing import erase
from mutualaid.retention.terms import ASK, NEED
from requests_app import rules
from requests_app.access.links import forget_in_visits
from requests_app.actions.ending import close_need, withdraw_need
from requests_app.actions.series import make_occurrences
from requests_app.lifecycle.actors import NEIGHBOUR, SITE, Actor
from requests_app.lifecycle.transitions import apply_claim_transition, lock_ask
from requests_app.models import Ask, Need, Series
from requests_app.states import ClaimState, CloseReason


@transaction.atomic
def erase_ask(ask: Ask, *, by: Actor = NEIGHBOUR) -> None:
    """Close all live needs of an ask, end its series, and erase it with the asks merged into it.

    Whoever was on the way is told. Categories, areas, times and how it ended are kept, for counting.
    Does nothing if the ask has been erased.
    """
    household = Ask.objects.filter(Q(pk=ask.pk) | Q(merged_into=ask)).order_by("pk")
    household_ids = list(household.select_for_update(no_key=True).values_list("pk", flat=True))
    if Ask.objects.filter(pk=ask.pk).exclude(erased_at=None).exists():
        return
    live_needs = lock_ask(ask)
    Series.objects.filter(needs__ask=ask, ended_at=None).update(ended_at=Now())
    for need in live_needs:
        _close(need, by)
    forget_in_visits(household)
    erase(NEED, list(ask.needs.filter(erased_at=None).values_list("pk", flat=True)))
    erase(ASK, household_ids)


@transaction.atomic
def erase_need(need: Need, *, by: Actor = SITE) -> None:
    """Close one need and erase its own data; its ask and its series go on.

    Used after a backup was restored, for needs that had been erased before. Does nothing if it has been
    erased. Raises `Erased` if its ask has been.
    """
    if Need.objects.filter(pk=need.pk).exclude(erased_at=None).exists():
        return
    if need.series:
        make_occurrences(need.series)  # they are copied from the latest one, which this may be
    lock_ask(need.ask)
    _close(need, by)
    erase(NEED, [need.pk])


def _close(need: Need, by: Actor) -> None:
    need.refresh_from_db()
    if rules.can_withdraw(need):
        withdraw_need(need, by=by)
    elif need.is_live:
        _close_unconfirmed(need, by)


def _close_unconfirmed(need: Need, by: Actor) -> None:
    """Close a need that was said to be done: no one will say any more whether it arrived."""
    for claim in need.claims.filter(state=ClaimState.DELIVERED):
        apply_claim_transition(claim, "close_unconfirmed")
    close_need(need, by=by, reason=CloseReason.UNCONFIRMED)
