"""What a simulation is given. What it assumes stands in `assumptions`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from mutualaid.simulation.assumptions import City

START = datetime(2024, 1, 1, 6, tzinfo=UTC)
"""A Monday, so that weeks of the calendar are weeks of the simulation. The city lies in UTC."""

AFTERWARDS = timedelta(days=3)
"""How long it is played on when no more needs come: a way that takes its time is not cut off (ADR 90)."""


@dataclass(frozen=True)
class CitySettings:
    """Who lives there and what is asked for, the same under each strategy."""

    seed: int = 1
    weeks: int = 2
    volunteers: int = int(City.VOLUNTEERS)
    needs_a_week: int = int(City.NEEDS_A_WEEK)
    assumed: tuple[tuple[str, float], ...] = ()
    """Figures of `assumptions` that have other values, by name."""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return what `dataclasses.asdict` took apart."""
        assumed = tuple((name, value) for name, value in values["assumed"])
        return cls(**{**values, "assumed": assumed})


@dataclass(frozen=True)
class SimulationSettings:
    """One play of a city. `changes` are values of the policy and points that differ from the site's own."""

    strategy: str
    city: CitySettings = CitySettings()
    population: str = "same laws"
    changes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return what `dataclasses.asdict` took apart."""
        return cls(**{**values, "city": CitySettings.from_json(values["city"])})
