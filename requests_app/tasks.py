"""Safe to run twice, late, or in two places at once: each step looks again before it is taken."""

import logging

from celery import shared_task

from mutualaid.celery import while_there_is_time
from mutualaid.crypto import WrongKey
from requests_app import lost
from requests_app.follow_up import due_steps
from requests_app.models import LostLink

log = logging.getLogger(__name__)


@shared_task
def answer_lost_link(pk: int) -> None:
    lost.answer(pk)


@shared_task
def sweep() -> None:
    """Answer who lost her link, and take the steps that the clock has made due."""
    for pk in while_there_is_time(list(LostLink.objects.values_list("pk", flat=True))):
        lost.answer(pk)
    for take in while_there_is_time(due_steps()):
        try:
            take()
        except WrongKey:  # of one need; the others go on
            log.error("a step waits for a key")
