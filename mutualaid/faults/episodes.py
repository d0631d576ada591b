"""What is away for a while leaves two lines in the log of a process: when it went, and when it is back."""

import logging
import time
from threading import Lock
from typing import Any

log = logging.getLogger("mutualaid.faults.episodes")


class Episode:
    """The times while `name` is away, as this process notices it.

    A dead broker or mail server fails hundreds of times. The first time is logged, the others are counted,
    and the first time that it works again is logged with how long it was away and how often it failed.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = Lock()
        self._began = 0.0
        self.failures = 0
        """How often it failed since it went."""

    def fails(self, **extra: Any) -> None:
        """Count a failure, and log the first one with `extra`, of which `exc_info` gives type and place."""
        with self._lock:
            self.failures += 1
            if self.failures > 1:
                return
            self._began = time.monotonic()
        exc_info = extra.pop("exc_info", None)
        log.error("away", exc_info=exc_info, extra={"kind": self.name, **extra})

    def works(self) -> None:
        """Note that it works. Costs nothing while it is not away."""
        if not self.failures:
            return
        with self._lock:
            failures, self.failures = self.failures, 0
        if failures:
            seconds = round(time.monotonic() - self._began)
            extra = {"kind": self.name, "seconds": seconds, "count": failures}
            log.warning("back", extra=extra)


BROKER = Episode("broker")
