"""Few tasks match at a time, however many are started for it, and none is needed twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

AT_ONCE = 4
"""Threads of one process that match at the same time: half of what a worker has unless told otherwise."""


@dataclass
class Nudges:
    """The nudges of this process: those at work, and whether one came while no more could begin."""

    at_work: int = 0
    more_came: bool = False
    lock: Lock = field(default_factory=Lock)

    @contextmanager
    def one_of_few(self) -> Iterator[bool]:
        """Give whether the nudge may work; if not, one of those at work leaves another behind."""
        with self.lock:
            may_work = self.at_work < AT_ONCE
            self.at_work += may_work
            self.more_came |= not may_work
        try:
            yield may_work
        finally:
            with self.lock:
                self.at_work -= may_work

    def is_another_needed(self) -> bool:
        """Whether one came since this was last asked that could not begin."""
        with self.lock:
            more_came, self.more_came = self.more_came, False
        return more_came
