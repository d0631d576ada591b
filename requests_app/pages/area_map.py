"""The map of the board: a soft shape for each area, and how many needs are open in it."""

from dataclasses import dataclass

from django.db.models import Count

from mutualaid.catalog.models import Locality
from requests_app.models.need import NeedQuerySet
from requests_app.pages import voronoi

MOST_AREAS = 40
"""The ones with the most needs. Assumed, not measured."""
FEW = 2
"""Counts up to this are shown as one range, so that no one can be picked out."""
MANY = 6
"""Counts from this on have a darker shade. Assumed, not measured."""


@dataclass(frozen=True)
class Area:
    name: str
    slug: str
    count: str
    """As it is shown: "" for none, "1–2" for few."""
    shade: str
    """A class of the style sheet: "none", "some" or "many"."""
    shape: str
    """The corners, as the `points` of an SVG polygon."""
    x: int
    y: int


@dataclass(frozen=True)
class AreaMap:
    areas: list[Area]
    width: int
    height: int


def area_map(needs: NeedQuerySet) -> AreaMap | None:
    """The areas that have no smaller ones, with the counts of `needs`; None if there are fewer than two."""
    counts = dict(needs.order_by().values_list("locality").annotate(n=Count("pk")))
    smallest_areas = Locality.objects.filter(children=None).order_by("name")
    by_count = sorted(smallest_areas, key=lambda area: -counts.get(area.pk, 0))
    localities = by_count[:MOST_AREAS]
    if len(localities) < 2:
        return None
    cells, height = voronoi.draw([(locality.lat, locality.lng) for locality in localities])
    areas = [
        _area(locality, counts.get(locality.pk, 0), cell)
        for locality, cell in zip(localities, cells, strict=True)
    ]
    return AreaMap(areas, int(voronoi.WIDTH), round(height))


def _area(locality: Locality, count: int, cell: voronoi.Cell) -> Area:
    return Area(
        name=locality.name,
        slug=locality.slug,
        count=_count_label(count),
        shade="none" if not count else "many" if count >= MANY else "some",
        shape=" ".join(f"{x:.0f},{y:.0f}" for x, y in cell.corners),
        x=round(cell.middle[0]),
        y=round(cell.middle[1]),
    )


def _count_label(count: int) -> str:
    if not count:
        return ""
    return f"1–{FEW}" if count <= FEW else str(count)
