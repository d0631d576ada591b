"""What came out, written as the difference to what stands: most of it stays from run to run."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.matching.backlog.solve import Outcome
from mutualaid.matching.models import Match, OfferPrice
from mutualaid.matching.models.backlog import Proposal
from offers_app.models import Offer
from requests_app.models import Need

BATCH = 500
"""Rows, or ids, in one statement: SQLite takes no more than a thousand or so values."""

SAY_AGAIN = timedelta(hours=1)
"""A price that has not changed is written again after this time, to say that it still holds."""

T = TypeVar("T")


def store(outcome: Outcome) -> int:
    """Write prices and proposals; returns how many proposals of open needs moved or were taken back.

    A need whose proposal is new and not among its matches becomes due, so that it is matched again.
    """
    _write_prices(outcome.prices())
    before = dict(Proposal.objects.values_list("need", "offer"))
    after = _that_still_stand(outcome)
    gone = before.keys() - after.keys()
    changed = {need: offer for need, offer in after.items() if before.get(need) != offer}
    for some in _batches(gone | (changed.keys() & before.keys())):
        Proposal.objects.filter(need__in=some).delete()
    rows = (Proposal(need_id=need, offer_id=offer) for need, offer in changed.items())
    Proposal.objects.bulk_create(rows, batch_size=BATCH)
    _match_again(changed)
    still_open = set(outcome.needs.pk[~outcome.needs.expected].tolist())
    return len((gone | changed.keys()) & before.keys() & still_open)


def _write_prices(prices: dict[int, float]) -> None:
    known = dict(OfferPrice.objects.values_list("offer", "points"))
    changed = {offer: points for offer, points in prices.items() if known.get(offer) != points}
    here, now = set(Offer.objects.values_list("pk", flat=True)), timezone.now()
    OfferPrice.objects.bulk_create(
        (
            OfferPrice(offer_id=offer, points=points, solved_at=now)
            for offer, points in changed.items()
            if offer in here
        ),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["offer"],
        update_fields=["points", "solved_at"],
    )
    grown_old = OfferPrice.objects.filter(solved_at__lt=Now() - SAY_AGAIN)
    for some in _batches(prices.keys() - changed.keys()):
        grown_old.filter(offer__in=some).update(solved_at=Now())


def _that_still_stand(outcome: Outcome) -> dict[int, int]:
    """Needs may have been taken back, and people may have left, while the run was under way."""
    proposals = outcome.proposals()
    expected = outcome.needs.pk[outcome.needs.expected].tolist()
    needs = set(Need.objects.open().values_list("pk", flat=True))
    for some in _batches(need for need in expected if need in proposals):
        needs |= set(Need.objects.filter(pk__in=some).values_list("pk", flat=True))
    offers = set(Offer.objects.active().values_list("pk", flat=True))
    return {need: offer for need, offer in proposals.items() if need in needs and offer in offers}


def _match_again(proposals: dict[int, int]) -> None:
    for some in _batches(proposals):
        known = set(Match.objects.filter(need__in=some).values_list("need", "offer"))
        new = [need for need in some if (need, proposals[need]) not in known]
        Need.objects.open().filter(pk__in=new).update(match_due_at=Now())


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, BATCH)):
        yield some
