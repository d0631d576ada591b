"""What came of a trial, in words: each measure of the city as things are, and with the changes."""

from collections.abc import Collection

from django.utils.text import capfirst

from mutualaid.simulation.metrics import Metrics
from mutualaid.simulation.table import MEASURES
from mutualaid.trials.models import Trial


def rows(trial: Trial, *, without: Collection[str] = ()) -> list[tuple[str, str, str]]:
    """Each measure with its value now and then; none before the trial has ended. `without` names fields."""
    if not trial.now:
        return []
    now, then = (Metrics(**values) for values in (trial.now, trial.then or {}))
    shown = [one for one in MEASURES if one.field not in without]
    return [(capfirst(str(one.label)), one.text_of(now), one.text_of(then)) for one in shown]


def both_times(trial: Trial) -> dict[str, str]:
    """What a sentence says of two plays that are equal in all; nothing where they differ."""
    if not trial.now or trial.now != trial.then:
        return {}
    metrics = Metrics(**trial.now)
    return {one.field: one.text_of(metrics) for one in MEASURES}
