"""Safe to run twice, late, or in two places at once: each row says what is still due."""

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.hours.sweep import sweep_hours


@shared_task
def sweep() -> None:
    """End what no one answered, and forget what has become sensitive; the next sweep goes on."""
    for _ in within_time_budget(sweep_hours()):
        pass
