"""Areas drawn as soft shapes: each takes the land that is nearer to its centre than to any other."""

from collections.abc import Sequence
from math import cos, hypot, pi, radians, sin
from statistics import median
from typing import NamedTuple

Point = tuple[float, float]
CORNERS = 16
"""A cell with no neighbour is a circle of so many corners."""
REACH = 0.85
"""How far a cell goes where nothing stops it, in distances between neighbours."""
SMALLEST = 0.06
"""Its least reach, as a share of the picture: a number must fit into it."""


AT_THE_POLE = 0.05
"""Degrees of longitude are never drawn narrower than so many of latitude."""


class Cell(NamedTuple):
    """A shape, and where words stand in it, in a picture that is `WIDTH` wide."""

    corners: list[Point]
    middle: Point


WIDTH = 288.0


def draw(centres: Sequence[Point]) -> tuple[list[Cell], float]:
    """Return a cell for each centre (latitude, longitude; degrees) and the height of the picture."""
    if not centres:
        return [], 0.0
    flat = _project(centres)
    reach = _reach(flat)
    left, top = min(x for x, _ in flat) - reach, min(y for _, y in flat) - reach
    scale = WIDTH / (max(x for x, _ in flat) + reach - left)
    height = (max(y for _, y in flat) + reach - top) * scale
    moved = [((x - left) * scale, (y - top) * scale) for x, y in flat]
    shapes = [_corners(one, moved, reach * scale) for one in moved]
    return [Cell(shape, _middle(shape)) for shape in shapes], height


def _project(centres: Sequence[Point]) -> list[Point]:
    """On a plane in degrees of latitude, north up; areas on both sides of the date line stay together."""
    first = centres[0][1]
    squeeze = max(cos(radians(median(lat for lat, _ in centres))), AT_THE_POLE)
    return [(((lng - first + 540) % 360 - 180) * squeeze, -lat) for lat, lng in centres]


def _reach(flat: list[Point]) -> float:
    nearest = [
        min((d for other in flat if (d := _distance(one, other)) > 0), default=0.0) for one in flat
    ]
    spread = max(
        max(x for x, _ in flat) - min(x for x, _ in flat),
        max(y for _, y in flat) - min(y for _, y in flat),
    )
    return max(REACH * median(nearest), SMALLEST * spread) or 1.0


def _corners(one: Point, others: list[Point], reach: float) -> list[Point]:
    turn = 2 * pi / CORNERS
    shape = [
        (one[0] + reach * cos(i * turn), one[1] + reach * sin(i * turn)) for i in range(CORNERS)
    ]
    for other in others:
        if 0 < _distance(one, other) < 2 * reach:
            shape = _nearer(shape, one, other)
    return shape


def _nearer(shape: list[Point], one: Point, other: Point) -> list[Point]:
    """The part of `shape` that is nearer to `one` (Sutherland and Hodgman's clipping, 1974)."""

    def excess(p: Point) -> float:
        return _distance(p, one) ** 2 - _distance(p, other) ** 2

    kept: list[Point] = []
    for here, after in zip(shape, shape[1:] + shape[:1], strict=True):
        a, b = excess(here), excess(after)
        if a <= 0:
            kept.append(here)
        if (a < 0) != (b < 0) and a != b:
            share = a / (a - b)
            kept.append(
                (here[0] + share * (after[0] - here[0]), here[1] + share * (after[1] - here[1]))
            )
    return kept


def _middle(shape: list[Point]) -> Point:
    """Half-way between the outermost corners."""
    xs, ys = zip(*shape, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
