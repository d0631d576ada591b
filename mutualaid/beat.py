"""Celery's beat, for machines whose clock is set while it runs, or was wrong when it ran last."""

import logging
from contextlib import suppress
from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry
from kombu import Producer
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import LockError
from redis.lock import Lock
from redis.retry import Retry

from mutualaid.faults.episodes import BROKER

MOST_WAITING = 10_000
"""Tasks in the queue, above which no sweep is added: no worker is there, and it would only fill memory."""
LEASE_SECONDS = 20.0
"""How long a beat that died keeps its turn, by the broker's clock. A living one renews it each five."""
WAITS_SECONDS = 5.0
LOCK = "mutualaid-beat"
SHORT_WAITS = {"socket_timeout": 2, "socket_connect_timeout": 1}
"""Seconds."""
log = logging.getLogger(__name__)


class Turn:
    """One beat of a site at a time has it; the others of the same broker and `prefix` wait.

    The lock is the broker's, and not the database's: without a broker a beat starts nothing anyway. If a
    broker forgets it, two beats may start a task twice, which each task can bear.
    """

    def __init__(self, redis: Redis, *, prefix: str = "") -> None:
        name = f"{prefix}{LOCK}"
        self._lock = Lock(redis, name, timeout=LEASE_SECONDS, blocking=False, thread_local=False)

    def take(self) -> bool:
        """Take or keep it; False while another beat has it. Lets a `RedisError` through."""
        try:
            return bool(self._lock.reacquire())
        except LockError:  # none yet, or lost
            return bool(self._lock.acquire())

    def release(self) -> None:
        if self._lock.local.token:
            self._lock.release()


class Scheduler(PersistentScheduler):
    """Starts each task in its turn, whatever the clock did meanwhile, if no other beat does."""

    _turn: Turn | None = None
    _misses_broker = False

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Start one task that is due; returns the seconds until the next.

        A task that was last started in the future counts as started now: Celery's own would wait until that
        time comes again, ten minutes for a clock that was ten minutes fast.
        """
        if not self._has_turn():
            return WAITS_SECONDS
        now = self.app.now()
        last = [(entry, entry.last_run_at) for entry in self.schedule.values()]
        ahead = [entry for entry, at in last if at and at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # it is ordered by the old time
        return super().tick(*args, **kwargs)

    def close(self) -> None:
        with suppress(RedisError):  # its lease ends by itself
            if self._turn:
                self._turn.release()
        super().close()

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

    def _has_turn(self) -> bool:
        """Whether this beat may start tasks. A broker that is away is logged once, until it is back."""
        try:
            self._turn = self._turn or self._new_turn()
            has_turn = self._turn.take()
        except RedisError as error:
            if not self._misses_broker:
                log.warning("beat waits for the broker", extra={"error": type(error).__name__})
            self._misses_broker = True
            return False
        self._misses_broker = False
        return has_turn

    def _new_turn(self) -> Turn:
        prefix = self.app.conf.broker_transport_options.get("global_keyprefix", "")
        return Turn(redis_at(self.app.conf.broker_url), prefix=prefix)

    def _waiting(self, entry: ScheduleEntry) -> int:
        queue = (entry.options or {}).get("queue", self.app.conf.task_default_queue)
        with self.app.connection_for_write() as connection:
            channel: Any = connection.default_channel
            waiting = int(channel.queue_declare(queue).message_count)
        BROKER.works()
        return waiting


def redis_at(url: str) -> Redis:
    """Return a client of the broker at this address, as Celery writes it. It tries once, for 2 s."""
    once = Retry(NoBackoff(), 0)
    return Redis.from_url(url.replace("redis+socket", "unix"), retry=once, **SHORT_WAITS)
