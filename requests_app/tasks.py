"""Safe to run twice, late, or in two places at once: each step looks again before it is taken."""

from celery import shared_task

from mutualaid.celery import while_there_is_time
from requests_app.follow_up import due_steps


@shared_task
def sweep() -> None:
    """Take the steps that the clock has made due."""
    for take in while_there_is_time(due_steps()):
        take()
