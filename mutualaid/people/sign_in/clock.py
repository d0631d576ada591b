"""How long ago something in a session was, by the server's clock, which may be set meanwhile."""

import time
from datetime import timedelta

DRIFT = 600.0
"""Seconds by which the clocks of two machines of one site may differ, and go on with what the other began."""


def is_within(at: object, limit: timedelta) -> bool:
    """Whether the moment `at`, in seconds since the epoch, was at most `limit` ago.

    False for what is no moment, and for one in the future by more than `DRIFT`: a clock that was set back
    must not give what has ended a second life.
    """
    if not isinstance(at, int | float):
        return False
    return -DRIFT <= time.time() - at <= limit.total_seconds()


def is_in_the_future(at: object) -> bool:
    return isinstance(at, int | float) and at > time.time() + DRIFT
