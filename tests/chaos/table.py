"""Count what became of the messages, and print it as a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import quantiles
from typing import TypeVar

Key = TypeVar("Key", int, str)


@dataclass(frozen=True)
class Row:
    """One way of sending. Waits are in seconds, from the post or the last fault, the later one."""

    way: str
    due: int
    arrived: int
    copies: int
    p50: float
    p95: float
    longest: float

    @property
    def lost(self) -> int:
        return self.due - self.arrived

    @property
    def extra(self) -> float:
        """Copies beyond the first, in percent of what arrived."""
        return 100 * (self.copies - self.arrived) / max(1, self.arrived)


def count(
    way: str,
    due: Mapping[Key, float],
    copies: Mapping[Key, list[float]],
    *,
    last_fault: float = 0.0,
) -> Row:
    """Count one way of sending.

    `due`: what was to arrive → when it was posted; `copies`: the same → when each copy came; in seconds.
    """
    arrived = {key: copies[key] for key in due if copies.get(key)}
    waits = [
        moments[0] - max(due[key], last_fault)
        for key, moments in arrived.items()
        if moments[0] > last_fault
    ]
    number = sum(map(len, arrived.values()))
    return Row(way, len(due), len(arrived), number, *_spread(waits))


def _spread(waits: list[float]) -> tuple[float, float, float]:
    if len(waits) < 2:
        return (0.0, 0.0, max(waits, default=0.0))
    cut = quantiles(waits, n=20, method="inclusive")
    return (cut[9], cut[18], max(waits))


def show(rows: Iterable[Row]) -> None:
    print(f"\n{'way':<22}{'due':>7}{'lost':>7}{'lost %':>8}{'extra %':>9}", end="")
    print(f"{'p50 s':>8}{'p95 s':>8}{'longest s':>11}")
    for row in rows:
        percent = 100 * row.lost / max(1, row.due)
        print(f"{row.way:<22}{row.due:>7}{row.lost:>7}{percent:>8.1f}{row.extra:>9.2f}", end="")
        print(f"{row.p50:>8.2f}{row.p95:>8.2f}{row.longest:>11.2f}")
