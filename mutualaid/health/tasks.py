from typing import Any

from celery import shared_task
from celery.signals import after_task_publish
from django.db import Error

from mutualaid.faults.database import EPISODES, Cause, cause_of, note_written
from mutualaid.health.heartbeats import BEAT, WORKERS, beat
from mutualaid.health.own_connection import own_connection

WRITE_SECONDS = 2.0
"""Beat waits no longer for the database: its sweeps are worth more than its own sign of life."""
LAST_OF_ROUND = list(WORKERS.values())[-1]


@shared_task
def heartbeat(part: str) -> None:
    """Write down that a worker takes from the queue of `part`."""
    if part in WORKERS:
        beat(part)
        note_written()


@after_task_publish.connect(sender="mutualaid.health.tasks.heartbeat")
def beat_lives(routing_key: str = "", **_: Any) -> None:
    """Write down that beat lives, once a round: it alone sends heartbeats, and this runs where it does."""
    if routing_key != LAST_OF_ROUND:
        return
    try:
        with own_connection(seconds=WRITE_SECONDS):
            beat(BEAT)
        note_written()
    except Error as error:
        EPISODES[cause_of(error) or Cause.AWAY].fails(error=type(error).__name__)
