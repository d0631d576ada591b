"""What the clock does with needs that go between groups. Each step does nothing where it is not due."""

import logging
from collections.abc import Callable, Iterator

from mutualaid.celery import within_time_budget
from mutualaid.encryption.fields import WrongKey
from mutualaid.partners.actions.answering import let_pass
from mutualaid.partners.actions.reporting import tell_how_it_stands
from mutualaid.partners.actions.taking_up import take_up
from mutualaid.partners.models import IncomingReferral

log = logging.getLogger(__name__)


def what_came() -> Iterator[object]:
    """Take up what came from partners and is not taken up yet."""
    for pk in list(IncomingReferral.objects.due().values_list("pk", flat=True)):
        try:
            take_up(pk)
        except WrongKey:  # of one: the others are independent of it
            log.error("a referral waits for a key")
        yield pk


def how_it_stands() -> Iterator[object]:
    """Tell partners what changed with the needs that they passed on."""
    for pk in list(IncomingReferral.objects.watched().values_list("pk", flat=True)):
        tell_how_it_stands(pk)
        yield pk


JOBS: tuple[Callable[[], Iterator[object]], ...] = (what_came, let_pass, how_it_stands)


def sweep() -> None:
    """Run all jobs, within the time that a sweep may take; the next goes on."""
    for _done in within_time_budget(step for job in JOBS for step in job()):
        pass
