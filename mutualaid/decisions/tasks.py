"""Safe to run twice, late, or in two places at once: each row says what is still due."""

import logging

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.decisions.sweep import sweep_decisions

log = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    """Close what is due, let rules of two go back, and tell everyone; the next sweep goes on."""
    if count := sum(within_time_budget(sweep_decisions())):
        log.info("decisions", extra={"count": count})
