"""Celery's beat, for machines whose clock is set while it runs, or was wrong when it ran last."""

from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry
from kombu import Producer

from mutualaid.episodes import BROKER

MOST_WAITING = 10_000
"""Tasks in the queue, above which no sweep is added: no worker is there, and it would only fill memory."""


class Scheduler(PersistentScheduler):
    """Starts each task in its turn, whatever the clock did meanwhile."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Start one task that is due; returns the seconds until the next.

        A task that was last started in the future counts as started now: Celery's own would wait until that
        time comes again, ten minutes for a clock that was ten minutes fast.
        """
        now = self.app.now()
        last = [(entry, entry.last_run_at) for entry in self.schedule.values()]
        ahead = [entry for entry, at in last if at and at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # it is ordered by the old time
        return super().tick(*args, **kwargs)

    def apply_async(
        self,
        entry: ScheduleEntry,
        producer: Producer | None = None,
        advance: bool = True,
        **kwargs: Any,
    ) -> Any:
        """Send the task of `entry`, unless very many wait already: one of them does its work too."""
        if self._waiting(entry) < MOST_WAITING:
            return super().apply_async(entry, producer, advance, **kwargs)
        return None

    def _waiting(self, entry: ScheduleEntry) -> int:
        queue = (entry.options or {}).get("queue", self.app.conf.task_default_queue)
        with self.app.connection_for_write() as connection:
            channel: Any = connection.default_channel
            waiting = int(channel.queue_declare(queue).message_count)
        BROKER.works()
        return waiting
