"""The beat's two tasks: every five minutes from where the last run ended, every night from nothing."""

from celery import shared_task
from django.db import transaction

from mutualaid.matching.models import BacklogChange
from mutualaid.matching.models.backlog import BacklogRun, Proposal
from requests_app.models import Need
from requests_app.states import NeedState


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
    else:
        _let_go()


def _let_go() -> None:
    """Keep no proposal of before; what changes meanwhile is read with everything once a need is open."""
    Proposal.objects.exclude(need__state=NeedState.OPEN).delete()
    if BacklogChange.objects.count() > 1:
        with transaction.atomic():
            BacklogChange.objects.all().delete()
            BacklogChange.objects.create()
