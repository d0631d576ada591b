"""What people saw, as a table: requests a second, how long they took, and errors, for each kind of page."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

MOST_ERRORS_SHOWN = 10


@dataclass(frozen=True)
class Seen:
    """One request: when it ended and how long it took, in seconds and ms; `error` is "" for none."""

    at: float
    name: str
    ms: float
    error: str


def read(path: Path) -> list[Seen]:
    """Read what was seen, in the order in which it ended."""
    with path.open() as lines:
        return [Seen(**json.loads(line)) for line in lines]


def within(share: float, seen: Iterable[Seen]) -> float:
    """The ms that were enough for this share (0 to 1) of the requests; 0 where there are none."""
    times = sorted(one.ms for one in seen)
    return times[int(share * (len(times) - 1))] if times else 0.0


def over_time(seen: Iterable[Seen], seconds: float) -> list[float]:
    """The ms that were enough for 95 % of the requests, for each part of so many seconds."""
    parts = groupby(seen, lambda one: one.at // seconds)
    return [within(0.95, list(part)) for _number, part in parts]


def errors(seen: Iterable[Seen]) -> int:
    return sum(bool(one.error) for one in seen)


def show(seen: Sequence[Seen]) -> None:
    """Print the table, the slowest kind of page first, and what went wrong how often."""
    by_name = defaultdict[str, list[Seen]](list)
    for one in seen:
        by_name[one.name].append(one)
    seconds = max((one.at for one in seen), default=0.0)
    print(f"   {'':56}{'count':>7}{'a second':>10}{'p50':>7}{'p95':>7}{'p99':>7}{'errors':>8}")
    slowest = sorted(by_name, key=lambda name: -within(0.95, by_name[name]))
    for name in slowest:
        _line(name, by_name[name], seconds)
    _line("all", seen, seconds)
    wrong = Counter((one.name, one.error) for one in seen if one.error)
    for (name, error), times in wrong.most_common(MOST_ERRORS_SHOWN):
        print(f"   {times} x {name}: {error}")


def _line(name: str, seen: Sequence[Seen], seconds: float) -> None:
    p50, p95, p99 = (within(share, seen) for share in (0.5, 0.95, 0.99))
    print(
        f"   {name:56}{len(seen):7}{len(seen) / seconds:10.2f}{p50:7.0f}{p95:7.0f}{p99:7.0f}"
        f"{errors(seen):8}",
        flush=True,
    )
