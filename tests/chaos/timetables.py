"""The faults of a run, and when, in seconds from the start."""

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Timetable:
    per_second: float
    posting: float
    """How long needs are posted, in seconds."""
    faults: tuple[tuple[float, str], ...]
    """Moments, and methods of `Faults`."""
    patience: float
    """How long to wait at the end for messages of ours that are still missing, in seconds."""
    most_extra: float
    """Copies beyond the first, in percent. Of few messages, a handful in hand at a kill is many."""
    longest_wait: float = inf
    """Seconds after the last fault, for 95 of 100. A short run on a busy machine promises none."""
    for_the_others: float = 0.0
    """How long to wait in any case: Celery hands out again what a killed worker had."""
    beside: tuple[str, ...] = ()
    """Other ways to send that live through the same, to compare."""
    leases_end_with_their_worker: bool = False
    """As if two minutes had passed with each kill."""


LONG = Timetable(
    per_second=8,
    posting=130,
    patience=240,
    most_extra=2,
    longest_wait=30,
    for_the_others=150,
    beside=("plain", "careful"),
    faults=(
        (8, "kill_worker"),
        (18, "kill_worker"),
        (26, "flush_broker"),
        (36, "kill_worker"),
        (46, "stop_broker"),
        (56, "start_broker"),
        (66, "kill_worker"),
        (76, "restart_database"),
        (86, "kill_worker"),
        (94, "stop_mail"),
        (114, "start_mail"),
        (122, "kill_worker"),
    ),
)
SHORT = Timetable(
    per_second=8,
    posting=14,
    patience=60,
    most_extra=10,
    leases_end_with_their_worker=True,
    faults=(
        (2, "kill_worker"),
        (4, "flush_broker"),
        (5, "stop_broker"),
        (6, "start_broker"),
        (7, "restart_database"),
        (9, "stop_mail"),
        (11, "start_mail"),
        (12, "kill_worker"),
    ),
)
WAYS_LONG = Timetable(
    per_second=4,
    posting=60,
    patience=240,
    most_extra=5,
    faults=(
        (8, "kill_worker"),
        (18, "kill_worker"),
        (26, "flush_broker"),
        (34, "stop_broker"),
        (40, "start_broker"),
        (46, "restart_database"),
        (56, "kill_worker"),
    ),
)
WAYS_SHORT = Timetable(
    per_second=5,
    posting=2.6,
    patience=60,
    most_extra=20,
    leases_end_with_their_worker=True,
    faults=((1, "kill_worker"), (1.5, "flush_broker"), (4, "kill_worker")),
)
