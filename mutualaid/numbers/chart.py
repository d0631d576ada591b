"""The bars of a chart of months, in whole units of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language_bidi

from mutualaid.numbers.models import MEASURES, Month

WIDTH, HEIGHT = 360, 120
BAR, GAP = 7, 1


@dataclass(frozen=True)
class Bar:
    measure: str
    x: int
    y: int
    height: int


def most_of(months: Sequence[Month]) -> int:
    """What the highest bar stands for."""
    return max((getattr(month, measure) for month in months for measure in MEASURES), default=0)


def bars(months: Sequence[Month]) -> list[Bar]:
    """Three bars for each month, the oldest first as the language is read; none for fewer than 5."""
    most = most_of(months)
    if not most:
        return []
    step = WIDTH // len(months)
    is_bidi = get_language_bidi()
    drawn = []
    for place, month in enumerate(reversed(months) if not is_bidi else months):
        left = place * step + (step - len(MEASURES) * (BAR + GAP)) // 2
        for n, measure in enumerate(reversed(MEASURES) if is_bidi else MEASURES):
            height = round(getattr(month, measure) * HEIGHT / most)
            if height:
                drawn.append(Bar(measure, left + n * (BAR + GAP), HEIGHT - height, height))
    return drawn
