"""The tasks of offers. Safe to run twice, late, or at once: each job is a conditional update."""

from celery import shared_task

from mutualaid.celery import within_time_budget
from offers_app.scheduled import due_jobs


@shared_task
def sweep() -> None:
    """Do what the clock has made due."""
    for job in within_time_budget(due_jobs()):
        job()
