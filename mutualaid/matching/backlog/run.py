"""Run the backlog safely: under a lease, within its time, stored in short transactions."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import transaction

from mutualaid import clock
from mutualaid.matching.backlog.kept.keeper import Keeper
from mutualaid.matching.backlog.solve import LastResult, Outcome, solve
from mutualaid.matching.backlog.store import store
from mutualaid.matching.models import OfferPrice
from mutualaid.matching.models.backlog import BacklogLease, BacklogRun, Proposal

RUN_SECONDS = 90
"""A run that takes longer gives up: the prices of before serve on, and the next run tries again.

Below the broker's visibility timeout, or the task would run twice.
"""

log = logging.getLogger(__name__)

_keeper = Keeper()
"""For as long as the process lives."""


class OutOfTime(Exception):
    """The run took longer than `RUN_SECONDS`."""


class LeaseLost(Exception):
    """The run took so long that another may have begun. It stores nothing more."""


def run_backlog(*, cold: bool) -> BacklogRun | None:
    """Solve the whole backlog and store prices and proposals.

    None while another worker runs it. Whatever goes wrong is written into the run and logged; nothing
    is raised. What was stored until then is right by itself and stays.
    """
    run = BacklogRun.objects.create(cold=cold)
    if not BacklogLease.objects.take(run):
        run.delete()
        return None
    began = time.monotonic()
    tick = _deadline(began)
    try:
        now, last = clock.now(), _last_result()
        with _keeper.alone() as keeper:
            outcome = solve(now, last, cold=cold, tick=tick, keeper=keeper)
        run.moved = store(outcome, last, now, partial(_short_transaction, run, tick))
        _finish(run, outcome, time.monotonic() - began)
    except Exception as error:  # whatever it was: the last prices serve on
        log.error("backlog not solved", extra={"error": type(error).__name__}, exc_info=True)
        BacklogRun.objects.filter(pk=run.pk).update(
            outcome=BacklogRun.Outcome.FAILED,
            error=type(error).__name__,
            seconds=time.monotonic() - began,
        )
    BacklogLease.objects.give_back(run)
    run.refresh_from_db()
    return run


def _last_result() -> LastResult:
    prices = list(OfferPrice.objects.values_list("offer", "points", "reserve"))
    return LastResult(
        proposals=dict(Proposal.objects.values_list("need", "offer")),
        prices={offer: points for offer, points, _ in prices},
        reserves={offer: reserve for offer, _, reserve in prices},
    )


def _deadline(began: float) -> Callable[[], None]:
    def tick() -> None:
        if time.monotonic() - began > RUN_SECONDS:
            raise OutOfTime

    return tick


@contextmanager
def _short_transaction(run: BacklogRun, tick: Callable[[], None]) -> Iterator[None]:
    tick()
    with transaction.atomic():
        if not BacklogLease.objects.still_held_by(run):
            raise LeaseLost
        yield


def _finish(run: BacklogRun, outcome: Outcome, seconds: float) -> None:
    run.outcome = BacklogRun.Outcome.DONE
    run.cold = outcome.cold
    run.needs = len(outcome.needs.pk)
    run.offers = len(set(outcome.offers.pk.tolist()))
    run.pairs = outcome.problem.pairs
    run.matches = outcome.matches()
    run.gap = outcome.solution.gap_with_cut
    run.seconds = seconds
    run.save()
