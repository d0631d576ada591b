"""Safe to run twice, late, or in two places at once: of two sealers one gives the numbers."""

from contextlib import suppress

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.policy.current import current_policy
from mutualaid.record.checking import Broken
from mutualaid.record.last_check import check_and_note
from mutualaid.record.sealing import seal_what_waits


@shared_task
def sweep() -> None:
    """Seal what waits, within the time budget; the next sweep goes on."""
    for _ in within_time_budget(seal_what_waits()):
        pass


@shared_task
def check() -> None:
    """Check the whole record, if one is kept. Whoever looks at the health of the site reads what it found."""
    if current_policy().has_record:
        with suppress(Broken):
            check_and_note()
