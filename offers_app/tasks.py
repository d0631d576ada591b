"""Safe to run twice, late, or in two places at once: each step is taken by a conditional update."""

from celery import shared_task

from mutualaid.celery import within_time_budget
from offers_app.scheduled import due_jobs


@shared_task
def sweep() -> None:
    """Take the steps that the clock has made due."""
    for take in within_time_budget(due_jobs()):
        take()
