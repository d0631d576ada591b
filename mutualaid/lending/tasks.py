"""Safe to run twice, late, or in two places at once: each row says what is still due."""

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.lending.sweep import sweep_things


@shared_task
def sweep() -> None:
    """End what is over, look for others, remind; the next sweep goes on."""
    for _ in within_time_budget(sweep_things()):
        pass
