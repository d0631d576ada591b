"""The plain way, for comparison: a task on commit that sends, with what Celery does by default.

A message exists nowhere but at the broker.
"""

import os
import sys
from typing import Any

from celery import Celery, Task
from django.conf import settings
from django.core.mail import EmailMessage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
app = Celery("plain")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
    task_ignore_result=True,
)


@app.task(queue="plain")
def send(pk: int) -> None:
    _send(pk, "plain")


@app.task(queue="careful", bind=True, acks_late=True, reject_on_worker_lost=True, max_retries=8)
def send_carefully(self: "Task[Any, Any]", pk: int) -> None:
    """The same as is usually advised: acknowledged late, tried again."""
    try:
        _send(pk, "careful")
    except OSError as error:
        raise self.retry(exc=error, countdown=2**self.request.retries) from error


def _send(pk: int, way: str) -> None:
    headers = {"Message-ID": f"<{pk}.{way}@mutualaid.example>"}
    EmailMessage("Subject", "Words", to=[f"need-{pk}@people.example"], headers=headers).send()


def command(way: str) -> list[str]:
    """Return the command line of a worker for "plain" or "careful", without a log: much fails there."""
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "tests.chaos.plain"]
    pool = ["--pool", "threads", "--concurrency", "8"]
    return [*celery, "worker", "-Q", way, *pool, "--logfile", os.devnull]
