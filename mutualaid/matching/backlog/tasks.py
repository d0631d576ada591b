"""The beat's two tasks: every five minutes from where the last run ended, every night from nothing."""

from celery import shared_task

from mutualaid.matching.backlog.run import RUN_SECONDS, run_backlog, tidy_up

LIMIT = RUN_SECONDS + 15
"""Seconds; below the broker's visibility timeout, or the task would run twice."""


@shared_task(time_limit=LIMIT)
def warm() -> None:
    run_backlog(cold=False)


@shared_task(time_limit=LIMIT)
def cold() -> None:
    tidy_up()
    run_backlog(cold=True)
