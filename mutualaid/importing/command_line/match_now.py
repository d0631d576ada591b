"""Match all that is due in this process, instead of by the worker."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter

from mutualaid.celery import without_broker
from mutualaid.matching.outreach.match_need import match_need
from mutualaid.matching.search.offer_index import match_offer
from offers_app.models import Offer
from requests_app.models import Need

Progress = Callable[[list[int], str], Iterable[int]]
"""Shows how far a list of ids has been worked through, under a title."""


@dataclass(frozen=True)
class MatchedTotals:
    needs: int
    matches: int
    seconds: float

    @property
    def needs_per_second(self) -> float:
        return self.needs / self.seconds if self.seconds else 0.0


def match_all_due(progress: Progress) -> MatchedTotals:
    """Match every need that is due, the most urgent and oldest first.

    A worker may run beside it. Messages wait in the outbox for the worker's sweep.
    """
    began = perf_counter()
    offer_ids = list(Offer.objects.due_for_matching().values_list("pk", flat=True))
    for offer_id in progress(offer_ids, "offers"):
        match_offer(offer_id)
    due = Need.objects.due_for_matching().order_by("-urgency", "created_at", "pk")
    need_ids = list(due.values_list("pk", flat=True))
    with without_broker():
        matches = sum(match_need(need_id) for need_id in progress(need_ids, "needs"))
    return MatchedTotals(len(need_ids), matches, perf_counter() - began)
