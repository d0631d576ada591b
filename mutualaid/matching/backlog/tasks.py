"""The beat's two tasks: every five minutes from where the last run ended, every night from nothing."""

from celery import shared_task

from mutualaid.matching.backlog.run import run_backlog, tidy_up


@shared_task
def warm() -> None:
    run_backlog(cold=False)


@shared_task
def cold() -> None:
    tidy_up()
    run_backlog(cold=True)
