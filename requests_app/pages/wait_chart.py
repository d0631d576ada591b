"""The wait as a picture: a line from now to the longest wait, and where this neighbour stands on it."""

from typing import NamedTuple

from django.utils import timezone

from requests_app.models import Need
from requests_app.pages.wait_estimate import AT_LEAST, Wait, estimate_wait, in_words

WIDTH = 300
"""Of the line, in units of the drawing."""


class Point(NamedTuple):
    """A span of time: its place on the line, and in words for whoever does not see it."""

    at: int
    words: str


class Drawn(NamedTuple):
    wait: Wait
    shortest: Point
    middle: Point
    longest: Point
    so_far: Point

    @property
    def range_width(self) -> int:
        return max(self.longest.at - self.shortest.at, 2)

    @property
    def is_long(self) -> bool:
        return self.so_far.at > self.longest.at


def wait_chart_of(need: Need) -> Drawn | None:
    """The wait of a need that looks for somebody; None when we do not know yet."""
    wait = estimate_wait(need)
    if wait is None:
        return None
    so_far = max(timezone.now() - need.created_at, AT_LEAST)
    spans = (wait.shortest, wait.middle, wait.longest, so_far)
    whole = max(spans)
    return Drawn(wait, *(Point(round(span / whole * WIDTH), in_words(span)) for span in spans))
