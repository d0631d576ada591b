"""The wait as a picture: a line from now to the longest wait, and where this need is on it."""

from typing import NamedTuple

from django.utils import timezone

from requests_app.models import Need
from requests_app.pages.wait_estimate import SHORTEST_WAIT, Wait, estimate_wait, in_words

WIDTH = 300
"""Of the line, in units of the drawing."""


class Mark(NamedTuple):
    """A span of time: its place on the line, 0 to `WIDTH`, and its label for a screen reader."""

    x: int
    label: str


class WaitChart(NamedTuple):
    wait: Wait
    shortest: Mark
    middle: Mark
    longest: Mark
    so_far: Mark

    @property
    def range_width(self) -> int:
        return max(self.longest.x - self.shortest.x, 2)

    @property
    def is_long(self) -> bool:
        """Whether this need has waited longer than any other."""
        return self.so_far.x > self.longest.x


def wait_chart_of(need: Need) -> WaitChart | None:
    """The chart for a need that waits; None if too few needs are known to estimate a wait."""
    wait = estimate_wait(need)
    if wait is None:
        return None
    so_far = max(timezone.now() - need.created_at, SHORTEST_WAIT)
    spans = (wait.shortest, wait.middle, wait.longest, so_far)
    whole = max(spans)
    return WaitChart(wait, *(Mark(round(span / whole * WIDTH), in_words(span)) for span in spans))
