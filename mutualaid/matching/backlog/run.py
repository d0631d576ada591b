"""Run the backlog safely: under a lease, within its time, stored in one transaction or not at all."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.matching.backlog.solve import LastResult, Outcome, solve
from mutualaid.matching.backlog.store import store
from mutualaid.matching.models import OfferPrice
from mutualaid.matching.models.backlog import BacklogLease, BacklogRun, Proposal

RUN_SECONDS = 90
"""A run that takes longer gives up: the prices of before serve on, and the next run tries again.

Below the broker's visibility timeout, or the task would run twice.
"""

KEEP_DAYS = 90
"""How long coordinators see old runs."""

log = logging.getLogger(__name__)


class OutOfTime(Exception):
    """The run took longer than `RUN_SECONDS`."""


class LeaseLost(Exception):
    """The run ended so late that another may have begun. Its result is not stored."""


def run_backlog(*, cold: bool) -> BacklogRun | None:
    """Solve the whole backlog and store prices and proposals.

    None while another worker runs it. Whatever goes wrong is written into the run and logged; nothing
    is raised, and nothing else is changed.
    """
    run = BacklogRun.objects.create(cold=cold)
    if not BacklogLease.objects.take(run):
        run.delete()
        return None
    began = time.monotonic()
    try:
        outcome = solve(clock.now(), _last_result(), cold=cold, tick=_deadline(began))
        _finish(run, outcome, began)
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


def tidy_up() -> None:
    """Mark runs whose worker died as failed, and delete those older than `KEEP_DAYS`."""
    running = BacklogRun.objects.filter(outcome=BacklogRun.Outcome.RUNNING)
    lost = running.filter(began_at__lt=Now() - timedelta(seconds=2 * RUN_SECONDS))
    lost.update(outcome=BacklogRun.Outcome.FAILED, error="Lost")
    BacklogRun.objects.filter(began_at__lt=Now() - timedelta(days=KEEP_DAYS)).delete()


def _last_result() -> LastResult:
    return LastResult(
        dict(Proposal.objects.values_list("need", "offer")),
        dict(OfferPrice.objects.values_list("offer", "points")),
    )


def _deadline(began: float) -> Callable[[], None]:
    def tick() -> None:
        if time.monotonic() - began > RUN_SECONDS:
            raise OutOfTime

    return tick


@transaction.atomic
def _finish(run: BacklogRun, outcome: Outcome, began: float) -> None:
    if not BacklogLease.objects.still_held_by(run):
        raise LeaseLost
    run.moved = store(outcome)
    run.outcome = BacklogRun.Outcome.DONE
    run.cold = outcome.cold
    run.expected = int(outcome.needs.expected.sum())
    run.needs = len(outcome.needs.pk) - run.expected
    run.offers = len(set(outcome.offers.pk.tolist()))
    run.pairs = outcome.problem.pairs
    run.matches = outcome.matches()
    run.gap = outcome.solution.gap_with_cut
    run.seconds = time.monotonic() - began
    run.save()
