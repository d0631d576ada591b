"""The last backlog runs as bars. Whole numbers only: templates write 1.5 as 1,5 in some languages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mutualaid.matching.models.backlog import GOOD_ENOUGH, BacklogRun

LAST = 60
"""How many runs are drawn."""
WIDTH, HEIGHT = 600, 100
"""Of a panel, in units of the drawing."""
BROAD, NARROW = 8, 4
"""Width of the bar of a cold and of a warm run."""


@dataclass(frozen=True)
class Bar:
    """One run; `x` and `y` are its upper left corner."""

    x: int
    y: int
    width: int
    height: int
    failed: bool


@dataclass(frozen=True)
class Panel:
    """One measure of all the runs. `limit` is the y of a line that bars should stay below."""

    name: str
    title: str
    description: str
    bars: Sequence[Bar]
    limit: int | None = None


def panels(runs: Sequence[BacklogRun]) -> list[Panel]:
    """Seconds, certified gap in %, and moved proposals of these runs, the oldest first; at least one run."""
    return [
        _panel("seconds", _("Seconds"), runs, lambda run: run.seconds, 1),
        _panel(
            "gap", _("Certified gap, in %"), runs, lambda run: 100 * run.gap, 3, GOOD_ENOUGH * 100
        ),
        _panel("moved", _("Proposals moved"), runs, lambda run: run.moved, 0),
    ]


def last_runs() -> list[BacklogRun]:
    """The last runs that have ended, the oldest first."""
    ended = BacklogRun.objects.exclude(outcome=BacklogRun.Outcome.RUNNING)
    return list(ended.order_by("-pk")[:LAST])[::-1]


def _panel(
    name: str,
    title: str,
    runs: Sequence[BacklogRun],
    measure: Callable[[BacklogRun], float],
    places: int,
    limit: float | None = None,
) -> Panel:
    values = [measure(run) for run in runs]
    good = [value for value, run in zip(values, runs, strict=True) if not _failed(run)]
    highest = max(good, default=0.0)
    most = max(highest, limit or 0) or 1.0
    summary: dict[str, Any] = {
        "runs": len(runs),
        "last": number_format(values[-1], places),
        "most": number_format(highest, places),
        "failed": len(runs) - len(good),
    }
    description = _(
        "Of %(runs)s runs: the last %(last)s, the highest %(most)s. Failed: %(failed)s."
    )
    bars = [
        _bar(n, run, value / most) for n, (run, value) in enumerate(zip(runs, values, strict=True))
    ]
    height = None if limit is None else round(HEIGHT * (1 - limit / most))
    return Panel(name, title, description % summary, bars, height)


def _bar(number: int, run: BacklogRun, share: float) -> Bar:
    """A cold run is broad, a warm one narrow, a failed one hollow and of full height."""
    height = HEIGHT if _failed(run) else max(1, round(share * HEIGHT))
    width = BROAD if run.cold else NARROW
    middle = number * WIDTH // LAST + WIDTH // LAST // 2
    return Bar(middle - width // 2, HEIGHT - height, width, height, _failed(run))


def _failed(run: BacklogRun) -> bool:
    return run.outcome == BacklogRun.Outcome.FAILED
