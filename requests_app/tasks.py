"""Tasks of Celery. Safe to run twice, late, or in two places at once: each job checks again what is due."""

import logging

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.encryption.fields import WrongKey
from requests_app.access import recovery
from requests_app.models import LinkRecoveryRequest
from requests_app.scheduled import due_jobs

log = logging.getLogger(__name__)


@shared_task
def answer_link_recovery(pk: int) -> None:
    recovery.answer(pk)


@shared_task
def sweep() -> None:
    """Answer all requests for a lost link, and run the jobs that are due; see `scheduled.py`."""
    for pk in within_time_budget(list(LinkRecoveryRequest.objects.values_list("pk", flat=True))):
        recovery.answer(pk)
    for run in within_time_budget(due_jobs()):
        try:
            run()
        except WrongKey:  # of one need: the others are independent of it
            log.error("a step waits for a key")
