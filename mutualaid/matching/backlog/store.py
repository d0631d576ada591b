"""Write the result as the difference to the rows that exist: most of it stays from run to run."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from django.db.models.functions import Now

from mutualaid.matching.backlog.solve import Outcome
from mutualaid.matching.models import Match, OfferPrice
from mutualaid.matching.models.backlog import Proposal
from offers_app.models import Offer
from requests_app.models import Need

BATCH = 500
"""Rows, or ids, in one statement: SQLite takes no more than a thousand or so values."""

REFRESH_AFTER = timedelta(hours=1)
"""A price that has not changed is stamped anew after this time, to show that it still holds."""

T = TypeVar("T")


def store(outcome: Outcome) -> int:
    """Write prices and proposals; return how many proposals of open needs moved or were taken back.

    Runs in the caller's transaction. A need whose proposal is new and not among its matches becomes
    due, so that it is matched again.
    """
    _write_prices(outcome.prices())
    before = dict(Proposal.objects.values_list("need", "offer"))
    after = _still_valid(outcome)
    gone = before.keys() - after.keys()
    changed = {need: offer for need, offer in after.items() if before.get(need) != offer}
    for need_ids in _batches(gone | (changed.keys() & before.keys())):
        Proposal.objects.filter(need__in=need_ids).delete()
    rows = (Proposal(need_id=need, offer_id=offer) for need, offer in changed.items())
    Proposal.objects.bulk_create(rows, batch_size=BATCH)
    _match_again(changed)
    still_open = set(outcome.needs.pk[~outcome.needs.expected].tolist())
    return len((gone | changed.keys()) & before.keys() & still_open)


def _write_prices(prices: dict[int, float]) -> None:
    current = dict(OfferPrice.objects.values_list("offer", "points"))
    changed = {offer: points for offer, points in prices.items() if current.get(offer) != points}
    existing = set(Offer.objects.values_list("pk", flat=True))
    OfferPrice.objects.bulk_create(
        (
            OfferPrice(offer_id=offer, points=points, solved_at=Now())
            for offer, points in changed.items()
            if offer in existing
        ),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["offer"],
        update_fields=["points", "solved_at"],
    )
    old = OfferPrice.objects.filter(solved_at__lt=Now() - REFRESH_AFTER)
    for offer_ids in _batches(prices.keys() - changed.keys()):
        old.filter(offer__in=offer_ids).update(solved_at=Now())


def _still_valid(outcome: Outcome) -> dict[int, int]:
    """Proposals whose need and offer are still there: both may have gone since the run began."""
    proposals = outcome.proposals()
    expected = outcome.needs.pk[outcome.needs.expected].tolist()
    needs = set(Need.objects.open().values_list("pk", flat=True))
    for need_ids in _batches(need for need in expected if need in proposals):
        needs |= set(Need.objects.filter(pk__in=need_ids).values_list("pk", flat=True))
    offers = set(Offer.objects.active().values_list("pk", flat=True))
    return {need: offer for need, offer in proposals.items() if need in needs and offer in offers}


def _match_again(proposals: dict[int, int]) -> None:
    """Make the needs due whose proposed offer is not among their matches."""
    for need_ids in _batches(proposals):
        existing = set(Match.objects.filter(need__in=need_ids).values_list("need", "offer"))
        new = [need for need in need_ids if (need, proposals[need]) not in existing]
        Need.objects.open().filter(pk__in=new).update(match_due_at=Now())


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(values)
    while batch := list(islice(remaining, BATCH)):
        yield batch
