"""Safe to run twice, late, or in two places at once: each step is taken by a conditional update."""

from celery import shared_task

from mutualaid.celery import while_there_is_time
from offers_app.follow_up import due_jobs


@shared_task
def sweep() -> None:
    """Take the steps that the clock has made due."""
    for take in while_there_is_time(due_jobs()):
        take()
