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
    most_extra: float = inf
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
VISITS_LONG = Timetable(
    per_second=8,
    posting=330,
    patience=240,
    faults=(
        (8, "kill_web"),
        (16, "kill_worker"),
        (24, "stop_broker"),
        (28, "start_broker"),
        (34, "restart_database"),
        (44, "fill_disk"),
        (50, "kill_worker"),
        (56, "empty_disk"),
        (62, "join_with_wrong_clock"),
        (70, "hang_worker"),
        (110, "read_what_waits"),
        (120, "hang_web"),
        (170, "kill_supervisor"),
        (200, "stop_mail"),
        (220, "start_mail"),
        (226, "hang_broker"),
        (272, "wake_broker"),
        (276, "kill_web"),
        (280, "flush_broker"),
        (282, "read_what_waits"),
        (284, "kill_wrong_clock"),
        (290, "restart_database"),
        (296, "fill_disk"),
        (306, "empty_disk"),
        (312, "kill_worker"),
        (316, "kill_web"),
    ),
)
VISITS_SHORT = Timetable(
    per_second=12,
    posting=78,
    patience=600,  # it ends once all is settled: a busy machine is slow, not wrong
    leases_end_with_their_worker=True,
    faults=(
        (3, "kill_web"),
        (8, "kill_worker"),
        (12, "hang_web"),  # found out after forty seconds
        (16, "stop_broker"),
        (19, "start_broker"),
        (22, "restart_database"),
        (30, "join_with_wrong_clock"),
        (36, "stop_mail"),
        (40, "start_mail"),
        (56, "fill_disk"),
        (58, "kill_worker"),
        (61, "empty_disk"),
        (66, "kill_web"),
        (68, "read_what_waits"),
        (70, "kill_wrong_clock"),
        (72, "kill_worker"),
    ),
)
