"""The metrics of all strategies side by side, and what was to be reached, as lines for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isinf
from statistics import fmean

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.simulation.intervals import Interval, interval, paired
from mutualaid.simulation.metrics import LEAST_NEEDS, Metrics

OURS, EVERYBODY, FIVE = "ours", "everybody", "nearest five"
PLAIN = (EVERYBODY, FIVE)
NOT_KNOWN = _("not known")
Results = Mapping[str, Sequence[Metrics]]
"""Of each column of the table, the metrics by seed; in all columns of the same seeds, in the same order."""


@dataclass(frozen=True)
class Measure:
    """A line of the table. `better` is 1 where more is better, and -1 where less is."""

    field: str
    """Of `Metrics`."""
    label: str | Promise
    format_spec: str
    better: int
    is_share: bool = False
    share_of: str = "needs"
    """The field of `Metrics` that counts what stands behind the value."""

    def value_of(self, metrics: Metrics) -> float | None:
        """None where it is not known."""
        value = getattr(metrics, self.field)
        return None if value is None else float(value)

    def values_of(self, metrics: Sequence[Metrics]) -> list[float]:
        """Return those that are known."""
        return [value for value in map(self.value_of, metrics) if value is not None]

    def text_of(self, metrics: Metrics) -> str:
        """Return the value of one city; of a share of fewer than `LEAST_NEEDS`, that it is not known."""
        value = self.value_of(metrics)
        too_few = getattr(metrics, self.share_of) < LEAST_NEEDS
        if value is None or too_few:
            return str(NOT_KNOWN)
        return format(value, self.format_spec)

    def text_of_mean(self, found: Interval) -> str:
        half = "" if isinf(found.half) else f" ±{format(found.half, self.format_spec)}"
        return format(found.mean, self.format_spec) + half


MEASURES = [
    Measure("claimed", _("needs taken on"), ".1%", 1, is_share=True),
    Measure(
        "critical_unmet",
        _("needed today, nobody within a day"),
        ".1%",
        -1,
        is_share=True,
        share_of="critical",
    ),
    Measure("invitations_per_claim", _("invitations for each one taken on"), ".1f", -1),
    Measure("invitations_a_week_p99", _("invitations a week, the most invited 1 %"), ".1f", -1),
    Measure(
        "gini_of_invitations",
        _("Gini of invitations among volunteers"),
        ".2f",
        -1,
        is_share=True,
    ),
    Measure("worst_locality", _("taken on in the worst-served area"), ".1%", 1, is_share=True),
    Measure("km", _("kilometres to the neighbour"), ".2f", -1),
    Measure("left", _("volunteers who left for good"), ".1%", -1, is_share=True),
]
WIDTH = max(len(str(measure.label)) for measure in MEASURES)


def means(results: Results) -> Iterator[str]:
    """Yield a line for each measure, with the means and how far they may be off."""
    yield f"{'':{WIDTH}}  " + "  ".join(f"{column:>14}" for column in results)
    for measure in MEASURES:
        cells = "  ".join(f"{_mean_in_words(measure, one):>14}" for one in results.values())
        yield f"{measure.label!s:{WIDTH}}  {cells}"


def _mean_in_words(measure: Measure, metrics: Sequence[Metrics]) -> str:
    known = measure.values_of(metrics)
    return measure.text_of_mean(interval(known)) if known else str(NOT_KNOWN)


def differences(results: Results) -> Iterator[str]:
    """Yield, for each column that plays the site's own way, how it differs from the others."""
    for first in results:
        others = [*PLAIN, OURS] if first != OURS else PLAIN
        for second in () if first in PLAIN else others:
            if second in results:
                yield from _differences_of(first, second, results)


def _differences_of(first: str, second: str, results: Results) -> Iterator[str]:
    yield from ("", f"{first} minus {second}: mean of the pairs, 95 % interval")
    for measure in MEASURES:
        found, spec = difference(measure, first, second, results), f"+{measure.format_spec}"
        if found is None:
            yield f"{measure.label!s:{WIDTH}}  {'':>8}  {'':>20}  {NOT_KNOWN}"
            continue
        low, high = found.mean - found.half, found.mean + found.half
        span = "one seed" if isinf(found.half) else f"{low:{spec}} to {high:{spec}}"
        yield (
            f"{measure.label!s:{WIDTH}}  {format(found.mean, spec):>8}  {span:>20}"
            f"  {verdict(measure, found, first)}"
        )


def difference(measure: Measure, first: str, second: str, results: Results) -> Interval | None:
    """Return that of two columns, over the seeds in which both are known; None where there are none."""
    pairs = [
        (one, other)
        for one, other in zip(
            map(measure.value_of, results[first]),
            map(measure.value_of, results[second]),
            strict=True,
        )
        if one is not None and other is not None
    ]
    return paired(*zip(*pairs, strict=True)) if pairs else None


def verdict(measure: Measure, found: Interval, first: str) -> str:
    """Say whether the column `first` is better by this measure, where the interval tells."""
    if isinf(found.half):
        return str(NOT_KNOWN)
    sign = found.sign * measure.better
    return {1: f"{first} better", 0: "no difference", -1: f"{first} worse"}[sign]


CLAIMS = 1.4
"""So many times the claims of "everybody", at least."""
INVITATIONS = 0.25
"""So many times its invitations for each claim, at most."""
A_WEEK = 6.0
"""So many invitations a week for the most invited hundredth, at most."""


def goals(results: Results) -> Iterator[str]:
    """Yield each goal with what was reached; nothing unless all three strategies were played."""
    if not {OURS, EVERYBODY, FIVE} <= results.keys():
        return
    claims, p99 = _ratio("claimed", results), _mean("invitations_a_week_p99", OURS, results)
    invitations = _ratio("invitations_per_claim", results)
    yield _goal(f"at least {CLAIMS} × the claims of everybody", claims, claims - CLAIMS)
    yield _goal(
        f"at most {INVITATIONS} × its invitations for each claim",
        invitations,
        INVITATIONS - invitations,
    )
    yield _goal(f"p99 of at most {A_WEEK:g} invitations a week", p99, A_WEEK - p99)
    worse = list(_worse_than_nearest_five(results))
    state = f"not reached: {'; '.join(worse)}" if worse else "reached"
    if len(results[OURS]) == 1:
        state = "not known from one seed"
    yield f"nowhere worse than nearest five by more than chance: {state}"


def _goal(label: str, value: float, margin: float) -> str:
    state = "reached" if margin >= 0 else f"not reached, {-margin:.2f} short"
    return f"{label}: {value:.2f}, {state}"


def _worse_than_nearest_five(results: Results) -> Iterator[str]:
    for measure in MEASURES:
        found = difference(measure, OURS, FIVE, results)
        if found and found.sign * measure.better < 0:
            yield f"{measure.label} {found.mean:+{measure.format_spec}}"


def _ratio(field: str, results: Results) -> float:
    """Ours by that of "everybody"; 0 where that has nothing."""
    theirs = _mean(field, EVERYBODY, results)
    return _mean(field, OURS, results) / theirs if theirs else 0.0


def _mean(field: str, column: str, results: Results) -> float:
    return fmean(getattr(metrics, field) for metrics in results[column])
