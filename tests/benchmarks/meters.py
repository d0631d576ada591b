"""Measure how long each part of the backlog takes, and how much memory a block needs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

PARTS = [
    ("read needs", "kept.keeper", "read_needs"),
    ("read offers", "kept.keeper", "read_offers"),
    ("read", "kept.keeper", "Keeper.read"),
    ("join", "solve", "build"),
    ("auction", "auction", "Auction.start_from"),
    ("auction", "auction", "Auction.solve"),
    ("store", "run", "store"),
]


@contextmanager
def parts() -> Iterator[None]:
    """Print the seconds that each part of a run of the backlog took."""
    from importlib import import_module

    spent: dict[str, float] = {}
    undo = []
    for name, module, path in PARTS:
        owner: Any = import_module(f"mutualaid.matching.backlog.{module}")
        *inside, last = path.split(".")
        for attribute in inside:
            owner = getattr(owner, attribute)
        original = getattr(owner, last)
        setattr(owner, last, _timed(original, name, spent))
        undo.append((owner, last, original))
    try:
        yield
    finally:
        for owner, last, original in undo:
            setattr(owner, last, original)
        print("   " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in spent.items()))


def _timed(function: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        began = perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[name] = spent.get(name, 0.0) + perf_counter() - began

    return timed


@contextmanager
def peak_memory() -> Iterator[Callable[[], int]]:
    """Print the most memory the process held within the block, and give it then, in MB (Linux; else 0)."""
    if not sys.platform.startswith("linux"):
        yield lambda: 0
        return
    Path("/proc/self/clear_refs").write_text("5")
    before, peak = _resident("VmRSS"), 0
    yield lambda: peak
    peak = _resident("VmHWM")
    print(f"   peak memory {peak:,} MB, {before:,} MB of them before it began")


def _resident(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) // 1024
