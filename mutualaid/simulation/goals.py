"""What the site's own way should reach beside the plain ones, on each population."""

from collections.abc import Iterator
from statistics import fmean

from mutualaid.simulation.table import EVERYBODY, FIVE, MEASURES, OURS, Results, difference

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
    yield f"nowhere worse than nearest five by more than chance: {state}"


def _goal(label: str, value: float, margin: float) -> str:
    state = "reached" if margin >= 0 else f"not reached, {-margin:.2f} short"
    return f"{label}: {value:.2f}, {state}"


def _worse_than_nearest_five(results: Results) -> Iterator[str]:
    for measure in MEASURES:
        found = difference(measure, OURS, FIVE, results)
        if found.sign * measure.better < 0:
            yield f"{measure.label} {found.mean:+{measure.format_spec}}"


def _ratio(field: str, results: Results) -> float:
    """Ours by that of "everybody"; 0 where that has nothing."""
    theirs = _mean(field, EVERYBODY, results)
    return _mean(field, OURS, results) / theirs if theirs else 0.0


def _mean(field: str, column: str, results: Results) -> float:
    return fmean(getattr(metrics, field) for metrics in results[column])
