"""Safe to run twice, late, or in two places at once: each step looks again before it is taken."""

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
    """Answer who lost their link, and take the steps that the clock has made due."""
    for pk in within_time_budget(list(LinkRecoveryRequest.objects.values_list("pk", flat=True))):
        recovery.answer(pk)
    for run in within_time_budget(due_jobs()):
        try:
            run()
        except WrongKey:  # of one need; the others go on
            log.error("a step waits for a key")
