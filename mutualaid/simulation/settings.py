"""What a simulation is given. What is assumed says so: trust the direction, not the digits."""

from dataclasses import dataclass
from datetime import UTC, datetime

START = datetime(2024, 1, 1, 6, tzinfo=UTC)
"""A Monday, so that weeks of the calendar are weeks of the simulation."""


@dataclass(frozen=True)
class SimulationSettings:
    policy: str
    seed: int = 1
    weeks: int = 2
    volunteers: int = 400
    """Many for few needs, as groups report it: most of those who signed up had no task for months.

    The number itself is assumed, not measured.
    """
    needs_a_week: int = 60
    fatigue: float = 0.35
    """With each further invitation in seven days a yes becomes e^-fatigue as likely; 0: no one tires.

    Assumed, not measured (ADR 16).
    """
