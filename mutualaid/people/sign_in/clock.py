"""How long ago something in a session was, by the server's clock, which may be set meanwhile."""

import time
from datetime import timedelta

DRIFT = 60.0
"""Seconds by which the clocks of two machines of one site may differ."""


def is_within(at: object, limit: timedelta) -> bool:
    """Whether the moment `at`, in seconds since the epoch, was at most `limit` ago.

    False for what is no moment, and for one in the future: a clock that was set back must not give what
    has ended a second life.
    """
    if not isinstance(at, int | float):
        return False
    return -DRIFT <= time.time() - at <= limit.total_seconds()


def is_in_the_future(at: object) -> bool:
    return isinstance(at, int | float) and at > time.time() + DRIFT
