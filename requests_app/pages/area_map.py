"""Where neighbours wait, drawn: a soft shape for each area, and how many needs are open in it."""

from dataclasses import dataclass

from django.db.models import Count

from mutualaid.catalog.models import Locality
from requests_app.models.need import NeedQuerySet
from requests_app.pages import voronoi

MOST_AREAS = 40
FEW = 2
"""Up to so many are not told apart, so that nobody can be picked out."""
MANY = 6


@dataclass(frozen=True)
class Area:
    name: str
    slug: str
    count: str
    """As it is shown: "" for none, "1–2" for few."""
    shade: str
    shape: str
    x: int
    y: int


@dataclass(frozen=True)
class AreaMap:
    areas: list[Area]
    width: int
    height: int


def area_map(needs: NeedQuerySet) -> AreaMap | None:
    """The areas that are not divided further, with those of `needs`; None where there is no map to draw."""
    counted = needs.order_by().values_list("locality").annotate(n=Count("pk"))
    counts = dict(counted)
    smallest = Locality.objects.filter(children=None).order_by("name")
    found = sorted(smallest, key=lambda area: -counts.get(area.pk, 0))[:MOST_AREAS]
    if len(found) < 2:
        return None
    drawn, height = voronoi.draw([(area.lat, area.lng) for area in found])
    areas = [
        _area(area, counts.get(area.pk, 0), cell) for area, cell in zip(found, drawn, strict=True)
    ]
    return AreaMap(areas, int(voronoi.WIDTH), round(height))


def _area(area: Locality, count: int, cell: voronoi.Cell) -> Area:
    return Area(
        name=area.name,
        slug=area.slug,
        count=_told(count),
        shade="none" if not count else "many" if count >= MANY else "some",
        shape=" ".join(f"{x:.0f},{y:.0f}" for x, y in cell.corners),
        x=round(cell.middle[0]),
        y=round(cell.middle[1]),
    )


def _told(count: int) -> str:
    if not count:
        return ""
    return f"1–{FEW}" if count <= FEW else str(count)
