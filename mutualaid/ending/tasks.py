"""Safe to run twice, late, or in two places at once: each batch looks again whether it is still due."""

import logging

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.ending.sweep import sweep_winding_down

log = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    """Carry out what two people agreed to, within the time budget; the next sweep goes on."""
    if count := sum(within_time_budget(sweep_winding_down())):
        log.info("winding down", extra={"count": count})
