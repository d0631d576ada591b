"""Areas as shapes: their outlines where a group gave some, else soft ones.

A soft one is the Voronoi cell of the centre, cut to a circle where there is no neighbour.
"""

from collections.abc import Sequence
from math import cos, hypot, pi, radians, sin
from statistics import median
from typing import NamedTuple

from mutualaid.catalog.outlines import Outline

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
    """A shape of one or more rings, and the place of its label, in units of the drawing.

    A soft shape is convex and has one ring; an outline may have islands and holes.
    """

    rings: list[list[Point]]
    middle: Point
    is_outline: bool = False

    def room_at(self, y: float) -> float:
        """How wide a text in the middle may be at this height, and stay within the shape; 0 outside of it."""
        x, _middle = self.middle
        sides = sorted(
            start[0] + (y - start[1]) / (end[1] - start[1]) * (end[0] - start[0])
            for ring in self.rings
            for start, end in zip(ring, ring[1:] + ring[:1], strict=True)
            if (start[1] <= y) != (end[1] <= y)
        )
        for left, right in zip(sides[::2], sides[1::2], strict=True):
            if left <= x <= right:
                return 2 * min(x - left, right - x)
        return 0.0

    @property
    def corners(self) -> list[Point]:
        """Of its largest ring."""
        return max(self.rings, key=_spread)


def draw(
    centres: Sequence[Point], outlines: Sequence[Outline | None] = ()
) -> tuple[list[Cell], float]:
    """Return a cell for each centre, (latitude, longitude) in degrees, and the height of the picture.

    `outlines`, if there are any, has the outline of each or None; whoever has one needs no soft shape.
    """
    if not centres:
        return [], 0.0
    plane = _Plane(centres)
    points = [plane.point(lat, lng) for lat, lng in centres]
    reach = _reach(points)
    known = [
        plane.rings(outline) if outline else [] for outline in outlines or [None] * len(points)
    ]
    soft = [point for point, rings in zip(points, known, strict=True) if not rings]
    corners = [(x + dx, y + dy) for x, y in soft for dx, dy in ((-reach, -reach), (reach, reach))]
    corners += [point for rings in known for ring in rings for point in ring]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    scale = WIDTH / (max(x for x, _ in corners) - left)
    height = (max(y for _, y in corners) - top) * scale

    def scaled(some: list[Point]) -> list[Point]:
        return [((x - left) * scale, (y - top) * scale) for x, y in some]

    others = scaled(points)
    cells = []
    for point, rings in zip(others, known, strict=True):
        if rings:
            shape = [scaled(ring) for ring in rings]
            cells.append(Cell(shape, _middle(max(shape, key=_spread)), is_outline=True))
        else:
            soft_shape = _shape(point, others, reach * scale)
            cells.append(Cell([soft_shape], _middle(soft_shape)))
    return cells, height


class _Plane:
    """In degrees of latitude, north up; centres on both sides of the date line stay together."""

    def __init__(self, centres: Sequence[Point]) -> None:
        self.first_longitude = centres[0][1]
        middle = median(lat for lat, _ in centres)
        self.squeeze = max(cos(radians(middle)), NARROWEST_LONGITUDE)

    def point(self, lat: float, lng: float) -> Point:
        return ((lng - self.first_longitude + 540) % 360 - 180) * self.squeeze, -lat

    def rings(self, outline: Outline) -> list[list[Point]]:
        return [[self.point(lat, lng) for lng, lat in ring] for area in outline for ring in area]


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


def _spread(shape: Sequence[Point]) -> float:
    """The area of the box around it."""
    xs, ys = zip(*shape, strict=True)
    return float((max(xs) - min(xs)) * (max(ys) - min(ys)))


def _middle(shape: list[Point]) -> Point:
    """Half-way between the outermost corners."""
    xs, ys = zip(*shape, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _distance(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])
