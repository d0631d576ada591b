"""Areas as soft shapes: Voronoi cells of their centres, cut to a circle where there is no neighbour."""

from collections.abc import Sequence
from math import cos, hypot, pi, radians, sin
from statistics import median
from typing import NamedTuple

Point = tuple[float, float]
CORNERS = 16
"""Of the circle around each centre."""
REACH = 0.85
"""The radius of that circle, in median distances between nearest neighbours. Assumed, not measured."""
SMALLEST_REACH = 0.06
"""The least radius, as a share of the picture: a number must fit in. Assumed, not measured."""
NARROWEST_LONGITUDE = 0.05
"""A degree of longitude is drawn at least this many degrees of latitude wide, even at a pole."""
WIDTH = 288.0
"""Of the picture, in units of the drawing."""


class Cell(NamedTuple):
    """A convex shape, and the place of its label, in units of the drawing."""

    corners: list[Point]
    middle: Point


def draw(centres: Sequence[Point]) -> tuple[list[Cell], float]:
    """Return a cell for each centre, (latitude, longitude) in degrees, and the height of the picture."""
    if not centres:
        return [], 0.0
    points = _project(centres)
    reach = _reach(points)
    left, top = min(x for x, _ in points) - reach, min(y for _, y in points) - reach
    scale = WIDTH / (max(x for x, _ in points) + reach - left)
    height = (max(y for _, y in points) + reach - top) * scale
    scaled = [((x - left) * scale, (y - top) * scale) for x, y in points]
    shapes = [_shape(point, scaled, reach * scale) for point in scaled]
    return [Cell(shape, _middle(shape)) for shape in shapes], height


def _project(centres: Sequence[Point]) -> list[Point]:
    """On a plane in degrees of latitude, north up; centres on both sides of the date line stay together."""
    first_longitude = centres[0][1]
    squeeze = max(cos(radians(median(lat for lat, _ in centres))), NARROWEST_LONGITUDE)
    return [(((lng - first_longitude + 540) % 360 - 180) * squeeze, -lat) for lat, lng in centres]


def _reach(points: list[Point]) -> float:
    """The radius of the circle around each point; 1 if all points are the same."""
    nearest = [
        min((d for other in points if (d := _distance(point, other)) > 0), default=0.0)
        for point in points
    ]
    spread = max(
        max(x for x, _ in points) - min(x for x, _ in points),
        max(y for _, y in points) - min(y for _, y in points),
    )
    return max(REACH * median(nearest), SMALLEST_REACH * spread) or 1.0


def _shape(centre: Point, others: list[Point], reach: float) -> list[Point]:
    """The corners of the circle around `centre`, cut half-way to each of the `others`."""
    angle = 2 * pi / CORNERS
    shape = [
        (centre[0] + reach * cos(i * angle), centre[1] + reach * sin(i * angle))
        for i in range(CORNERS)
    ]
    for other in others:
        if 0 < _distance(centre, other) < 2 * reach:
            shape = _part_nearer_to(centre, other, shape)
    return shape


def _part_nearer_to(centre: Point, other: Point, shape: list[Point]) -> list[Point]:
    """The part of `shape` nearer to `centre` than to `other` (Sutherland and Hodgman's clipping, 1974)."""

    def excess(point: Point) -> float:
        return _distance(point, centre) ** 2 - _distance(point, other) ** 2

    kept: list[Point] = []
    for start, end in zip(shape, shape[1:] + shape[:1], strict=True):
        a, b = excess(start), excess(end)
        if a <= 0:
            kept.append(start)
        if (a < 0) != (b < 0) and a != b:
            share = a / (a - b)
            kept.append(
                (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
            )
    return kept


def _middle(shape: list[Point]) -> Point:
    """Half-way between the outermost corners."""
    xs, ys = zip(*shape, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _distance(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])
