"""What came of a trial, in words: each measure of the city as things are, and with the changes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst

from mutualaid.simulation.metrics import Metrics
from mutualaid.simulation.table import MEASURES
from mutualaid.trials.models import Trial


def rows(
    trial: Trial, words: Mapping[str, str | Promise] | None = None
) -> list[tuple[str, str, str]]:
    """Each measure with its value now and then; none before the trial has ended.

    `words` are {field of `Metrics`: what to call it}, where only these are to be shown.
    """
    if not trial.now:
        return []
    now, then = (Metrics(**values) for values in (trial.now, trial.then or {}))
    called = {one.field: one.label for one in MEASURES} if words is None else words
    return [
        (capfirst(str(called[one.field])), one.text_of(now), one.text_of(then))
        for one in MEASURES
        if one.field in called
    ]


def both_times(trial: Trial) -> dict[str, str]:
    """What a sentence says of two plays that are equal in all; nothing where they differ."""
    if not trial.now or trial.now != trial.then:
        return {}
    metrics = Metrics(**trial.now)
    return {one.field: one.text_of(metrics) for one in MEASURES}
