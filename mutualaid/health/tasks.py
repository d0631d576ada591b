import logging
from typing import Any

from celery import shared_task
from celery.signals import after_task_publish
from django.db import DatabaseError

from mutualaid.health.heartbeats import BEAT, WORKERS, beat
from mutualaid.health.own_connection import own_connection

WRITE_SECONDS = 2.0
"""Beat waits no longer for the database: its sweeps are worth more than its own sign of life."""
LAST_OF_ROUND = list(WORKERS.values())[-1]
log = logging.getLogger(__name__)


@shared_task
def heartbeat(part: str) -> None:
    """Write down that a worker takes from the queue of `part`."""
    if part in WORKERS:
        beat(part)


@after_task_publish.connect(sender="mutualaid.health.tasks.heartbeat")
def beat_lives(routing_key: str = "", **_: Any) -> None:
    """Write down that beat lives, once a round: it alone sends heartbeats, and this runs where it does."""
    if routing_key != LAST_OF_ROUND:
        return
    try:
        with own_connection(seconds=WRITE_SECONDS):
            beat(BEAT)
    except DatabaseError:
        log.warning("no heartbeat of beat: the database is away")
