"""The beat's two tasks: every five minutes from where the last run ended, every night from nothing."""

from celery import shared_task

from mutualaid.matching.models.backlog import BacklogRun
from requests_app.models import Need


@shared_task
def warm() -> None:
    _solve(cold=False)


@shared_task
def cold() -> None:
    BacklogRun.objects.tidy_up()
    _solve(cold=True)


def _solve(*, cold: bool) -> None:
    """Where no need is open there is nothing to solve, and prices of before say nothing once they are old."""
    if Need.objects.open().exists():
        # With numpy thirteen megabytes, which a site in a quiet time does without.
        from mutualaid.matching.backlog.run import run_backlog

        run_backlog(cold=cold)
