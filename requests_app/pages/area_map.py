"""A map of areas: a soft shape for each, and how many needs are open in it."""

from collections.abc import Callable, Iterable, Mapping
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
DIGIT, LETTER, TWO_LINES = 6.5, 5, 40
"""About how wide a digit and a letter are, drawn small, and how high a count with a name below it."""


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
    width: int
    height: int
    """Of its shape."""

    @property
    def has_room_for_count(self) -> bool:
        return self.width >= len(self.count) * DIGIT

    @property
    def has_room_for_name(self) -> bool:
        return self.width >= len(self.name) * LETTER and self.height >= TWO_LINES


@dataclass(frozen=True)
class AreaMap:
    areas: list[Area]
    width: int
    height: int


def count_by_area(needs: NeedQuerySet) -> dict[int, int]:
    """How many of `needs` there are, by the id of their area; areas without any are left out."""
    return dict(needs.order_by().values_list("locality").annotate(n=Count("pk")))


def blurred(count: int) -> str:
    """A count as the public sees it."""
    if not count:
        return ""
    return f"1–{FEW}" if count <= FEW else str(count)


def area_map(
    counts: Mapping[int, int], *, label: Callable[[int], str] = blurred, many: int = MANY
) -> AreaMap | None:
    """The areas that have no smaller ones, with these counts; None if there are fewer than two.

    `label` writes a count; from `many` on a shape has the darker shade.
    """
    smallest_areas = Locality.objects.filter(children=None).order_by("name")
    by_count = sorted(smallest_areas, key=lambda area: -counts.get(area.pk, 0))
    localities = by_count[:MOST_AREAS]
    if len(localities) < 2:
        return None
    cells, height = voronoi.draw([(locality.lat, locality.lng) for locality in localities])
    areas = [
        Area(
            name=locality.name,
            slug=locality.slug,
            count=label(count := counts.get(locality.pk, 0)),
            shade="none" if not count else "many" if count >= many else "some",
            shape=" ".join(f"{x:.0f},{y:.0f}" for x, y in cell.corners),
            x=round(cell.middle[0]),
            y=round(cell.middle[1]),
            width=round(_spread(x for x, _y in cell.corners)),
            height=round(_spread(y for _x, y in cell.corners)),
        )
        for locality, cell in zip(localities, cells, strict=True)
    ]
    return AreaMap(areas, int(voronoi.WIDTH), round(height))


def _spread(values: Iterable[float]) -> float:
    lowest, *_others, highest = sorted(values)
    return highest - lowest
