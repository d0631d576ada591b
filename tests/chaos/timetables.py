"""What goes wrong when, in seconds from the start."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timetable:
    per_second: float
    posting: float
    """How long needs are posted, in seconds."""
    faults: tuple[tuple[float, str], ...]
    """Moments, and methods of `Faults`."""
    patience: float
    """How long after the last fault to wait for what is still missing, in seconds."""


LONG = Timetable(
    per_second=8,
    posting=130,
    patience=240,
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
    patience=100,
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
