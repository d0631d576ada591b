"""A number that is assumed, with where it comes from and how far it may be off."""

from typing import Self

ASSUMED = "assumed, not measured"


class Figure(float):
    """A number that knows what it is; computes as any other.

    `low` and `high` are the range in which it may well be.
    """

    meaning: str
    low: float
    high: float
    source: str

    def __new__(
        cls, value: float, meaning: str, *, low: float, high: float, source: str = ASSUMED
    ) -> Self:
        figure = super().__new__(cls, value)
        figure.meaning, figure.low, figure.high, figure.source = meaning, low, high, source
        return figure
