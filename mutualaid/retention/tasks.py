"""Safe to run twice, late, or in two places at once: what is erased is not due any more."""

import logging

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.retention.copies import delete_old_copies
from mutualaid.retention.rewriting import rewrite_what_is_due
from mutualaid.retention.sweep import erase_what_is_due

log = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    """Erase what is due, and at night rewrite the tables, within the time budget; the next sweep goes on.

    Copies from before an upgrade go with the backups of their day.
    """
    count = sum(within_time_budget(erase_what_is_due()))
    rewritten = sum(within_time_budget(rewrite_what_is_due()))
    delete_old_copies()
    log.info("erased", extra={"count": count})
    if rewritten:
        log.info("tables rewritten", extra={"count": rewritten})
