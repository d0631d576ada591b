"""Outlines of areas from a GeoJSON file (RFC 7946): read, checked, and thinned for a small map."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, isfinite, radians
from typing import Any

from django.utils.translation import gettext as _

from mutualaid.catalog.models import Locality

Point = tuple[float, float]
"""Longitude and latitude, as GeoJSON has them."""
Ring = list[Point]
Outline = list[list[Ring]]
"""Polygons, each of its outer ring and its holes; no ring repeats its first point."""

MOST_POINTS = 60
"""Of an outline on the map: a page with forty of them stays light. Assumed, not measured."""
FINER = 4
"""Where so few points make lines cross, so many times as many are kept."""
FARTHEST_KM = 30
"""From the centre of an area to its outline; what is farther is another place. Assumed, not measured."""
KM_PER_DEGREE = 111.2
DEGREES = ("crs84", "epsg::4326", "epsg:4326")
"""Ends of the names of reference systems in degrees, as older files have them."""


class OutlineProblem(Exception):
    """Why a file or one shape of it cannot be taken, as a sentence for a coordinator."""


@dataclass(frozen=True)
class Reading:
    """What of a file fits which area, and what does not."""

    outlines: dict[int, Outline]
    """By the id of the area."""
    problems: list[str]
    unmatched: list[str]
    """Names of shapes that are of no area here."""
    missing: list[str]
    """Names of areas without a shape in the file."""


def read_outlines(data: object) -> Reading:
    """Match the shapes of a file with areas, by whichever property names the most of them.

    Raises `OutlineProblem` where nothing of the file can be used.
    """
    features = list(_features(data))
    _check_degrees(data)
    areas = list(Locality.objects.all())
    by_name = {_key(name): area for area in areas for name in area.spellings}
    by_name |= {_key(name): area for area in areas for name in (area.name, area.slug)}
    naming = _naming_property(features, by_name)
    outlines: dict[int, Outline] = {}
    problems, unmatched = [], []
    for number, feature in enumerate(features, start=1):
        name = str(_properties(feature).get(naming, "")) if naming else ""
        area = by_name.get(_key(name))
        if area is None:
            unmatched.append(name or _("shape %(number)s") % {"number": number})
            continue
        try:
            if area.pk in outlines:
                raise OutlineProblem(_("it is in the file twice"))
            outlines[area.pk] = _outline_of(feature.get("geometry"), area)
        except OutlineProblem as problem:
            problems.append(f"{area.label}: {problem}")
    leaves = [area for area in areas if not any(other.parent_id == area.pk for other in areas)]
    missing = sorted(area.label for area in leaves if area.pk not in outlines)
    return Reading(outlines, problems, unmatched, missing)


def _features(data: object) -> Iterator[Mapping[str, Any]]:
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        raise OutlineProblem(_("This is no GeoJSON with shapes (a FeatureCollection)."))
    for feature in features:
        if isinstance(feature, dict):
            yield feature


def _check_degrees(data: object) -> None:
    named = data.get("crs") if isinstance(data, dict) else None
    if named is None:
        return
    properties = named.get("properties") if isinstance(named, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if not name.lower().endswith(DEGREES):
        raise OutlineProblem(
            _("The file isn't in degrees. Export it as WGS 84 (EPSG:4326) and try again.")
        )


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _naming_property(
    features: list[Mapping[str, Any]], by_name: Mapping[str, Locality]
) -> str | None:
    """The property whose values are the names or codes of the most areas; None if none is."""
    fits: dict[str, int] = {}
    for feature in features:
        for name, value in _properties(feature).items():
            if isinstance(value, str) and _key(value) in by_name:
                fits[name] = fits.get(name, 0) + 1
    return max(fits, key=lambda name: fits[name], default=None)


def _outline_of(geometry: object, area: Locality) -> Outline:
    shape: Mapping[str, Any] = geometry if isinstance(geometry, dict) else {}
    kind, given = shape.get("type"), shape.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise OutlineProblem(_("it is no area but points or lines"))
    try:
        polygons: Any = [given] if kind == "Polygon" else given
        rings = [[_ring(ring) for ring in polygon] for polygon in polygons]
    except (TypeError, ValueError, IndexError, OverflowError):
        raise OutlineProblem(_("its points can't be read")) from None
    outline = [polygon for polygon in rings if polygon]
    outline = [polygon for polygon in outline if not _is_flat(polygon[0])]
    if not outline:
        raise OutlineProblem(_("it covers no ground"))
    if any(abs(lng) > 180 or abs(lat) > 90 for lng, lat in _points(outline)):
        raise OutlineProblem(_("its points aren't in degrees (WGS 84)"))
    if (km := _km_from(area, outline)) > FARTHEST_KM:
        raise OutlineProblem(
            _("it is %(km)s km from the centre of this area; is it another place?")
            % {"km": round(km)}
        )
    return _thinned(outline)


def _ring(given: Any) -> Ring:
    """Raises `ValueError` for what is no ring of points."""
    ring = [(float(point[0]), float(point[1])) for point in given]
    if not all(isfinite(number) for point in ring for number in point):
        raise ValueError
    if ring and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < 3:
        raise ValueError
    return ring


def _is_flat(ring: Ring) -> bool:
    lngs, lats = zip(*ring, strict=True)
    return bool(min(lngs) == max(lngs) or min(lats) == max(lats))


def _points(outline: Outline) -> Iterator[Point]:
    return (point for polygon in outline for ring in polygon for point in ring)


def _km_from(area: Locality, outline: Outline) -> float:
    """From the centre of the area to the box around the outline."""
    lngs, lats = zip(*_points(outline), strict=True)
    east = max(min(lngs) - area.lng, area.lng - max(lngs), 0.0) * cos(radians(area.lat))
    north = max(min(lats) - area.lat, area.lat - max(lats), 0.0)
    return hypot(east, north) * KM_PER_DEGREE


def _thinned(outline: Outline) -> Outline:
    """At most `MOST_POINTS`, or a few more where lines would cross. Raises `OutlineProblem` if they do."""
    for most in (MOST_POINTS, MOST_POINTS * FINER):
        thinned = _with_at_most(outline, most)
        if not any(_crosses(ring) for polygon in thinned for ring in polygon):
            return [
                [[(round(x, 5), round(y, 5)) for x, y in ring] for ring in polygon]
                for polygon in thinned
            ]
    raise OutlineProblem(_("its lines cross"))


def _with_at_most(outline: Outline, most: int) -> Outline:
    """Leave out points, and then islands and holes, that are smaller and smaller until few are left."""
    lngs, lats = zip(*_points(outline), strict=True)
    tolerance = max(max(lngs) - min(lngs), max(lats) - min(lats)) / 2000
    thinned = outline
    while sum(1 for _ in _points(thinned)) > most:
        polygons = [[simplify(ring, tolerance) for ring in polygon] for polygon in thinned]
        kept = [
            [outer, *(hole for hole in holes if _size(hole) > tolerance)]
            for outer, *holes in polygons
            if _size(outer) > tolerance
        ]
        thinned = kept or [[max((polygon[0] for polygon in polygons), key=_size)]]
        tolerance *= 1.5
    return thinned


def _size(ring: Ring) -> float:
    lngs, lats = zip(*ring, strict=True)
    return float(max(max(lngs) - min(lngs), max(lats) - min(lats)))


def simplify(ring: Ring, tolerance: float) -> Ring:
    """Leave out points nearer than `tolerance` degrees to the line of the others (Douglas and Peucker, 1973).

    At least three are kept: the first, the one farthest from it, and the one farthest from both.
    """
    far = max(range(len(ring)), key=lambda n: _distance(ring[n], ring[0], ring[0]))
    closed = [*ring, ring[0]]
    kept = {0, far}
    spans = [(0, far), (far, len(ring))]
    while spans:
        start, end = spans.pop()
        inner = range(start + 1, end)
        if not inner:
            continue
        worst = max(inner, key=lambda n: _distance(closed[n], closed[start], closed[end]))
        if _distance(closed[worst], closed[start], closed[end]) > tolerance or len(kept) < 3:
            kept.add(worst)
            spans += [(start, worst), (worst, end)]
    return [ring[n] for n in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the stretch between two others, in degrees."""
    across, up = end[0] - start[0], end[1] - start[1]
    length = across * across + up * up
    share = (
        ((point[0] - start[0]) * across + (point[1] - start[1]) * up) / length if length else 0.0
    )
    share = min(1.0, max(0.0, share))
    return hypot(point[0] - start[0] - share * across, point[1] - start[1] - share * up)


def _crosses(ring: Ring) -> bool:
    """Whether two of its lines cross that do not follow each other."""
    lines = list(pairwise([*ring, ring[0]]))
    return any(
        _cross(lines[n], lines[m])
        for n in range(len(lines))
        for m in range(n + 2, len(lines) - (n == 0))
    )


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one, other
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(start: Point, end: Point, point: Point) -> float:
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
