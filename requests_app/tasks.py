"""Safe to run twice, late, or in two places at once: each step looks again before it is taken."""

import logging

from celery import shared_task

from mutualaid.celery import while_there_is_time
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
    for pk in while_there_is_time(list(LinkRecoveryRequest.objects.values_list("pk", flat=True))):
        recovery.answer(pk)
    for run in while_there_is_time(due_jobs()):
        try:
            run()
        except WrongKey:  # of one need; the others go on
            log.error("a step waits for a key")
