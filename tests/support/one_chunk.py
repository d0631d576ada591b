"""Run deep calls within one piece of CPython's stack of frames.

Frames lie in chunks of 16 kB, and no empty chunk is kept: whatever calls back and forth across the end of one
takes and returns memory of the system at each call. A test of a page did so five thousand times. Where the
first frame fits into no such chunk, CPython makes a larger one, and all others lie behind it.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
SLOTS = 70_000
"""Of eight bytes, in the first frame: its chunk is then of 1 MB, and nearly half of that is free."""


def in_one_chunk(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return function(*args, **kwargs)


in_one_chunk.__code__ = in_one_chunk.__code__.replace(co_stacksize=SLOTS)
