"""A map of areas: a soft shape for each, and how many needs are open in it."""

import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count

from mutualaid.catalog.models import Locality
from mutualaid.catalog.outlines import Outline
from requests_app.models.need import NeedQuerySet
from requests_app.pages import voronoi

MOST_AREAS = 40
"""The ones with the most needs. Assumed, not measured."""
FEW = 2
"""Counts up to this are shown as one range, so that no one can be picked out."""
MANY = 6
"""Counts from this on have a darker shade. Assumed, not measured."""
DIGIT, LETTER, LARGE_LETTER, TWO_LINES = 6.5, 5, 6.4, 40
"""About how wide a digit and a letter are, drawn small, and a letter on the public board; and how high a
count with a name below it."""


@dataclass(frozen=True)
class Area:
    name: str
    slug: str
    count: str
    """As it is shown: "" for none, "1–2" for few."""
    shade: str
    """A class of the style sheet: "none", "some" or "many"."""
    shape: str
    """The `d` of an SVG path."""
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

    @property
    def name_lines(self) -> list[str]:
        """The name in one line or two, as it has room; none where even two have none."""
        lines = textwrap.wrap(self.name, max(1, int(self.width / LARGE_LETTER)))
        is_whole = all(len(line) * LARGE_LETTER <= self.width for line in lines)
        return lines if is_whole and len(lines) <= 2 and self.height >= TWO_LINES else []


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
    counts: Mapping[int, int],
    *,
    label: Callable[[int], str] = blurred,
    many: int = MANY,
    outlines: Mapping[int, Outline] | None = None,
) -> AreaMap | None:
    """The areas that have no smaller ones, with these counts; None if there are fewer than two.

    `label` writes a count; from `many` on a shape has the darker shade. `outlines`, by the id of an area,
    are drawn instead of those that are stored.
    """
    smallest_areas = Locality.objects.filter(children=None).order_by("name")
    by_count = sorted(smallest_areas, key=lambda area: -counts.get(area.pk, 0))
    localities = by_count[:MOST_AREAS]
    if len(localities) < 2:
        return None
    cells, height = voronoi.draw(
        [(locality.lat, locality.lng) for locality in localities],
        [(outlines or {}).get(locality.pk, locality.outline) for locality in localities],
    )
    areas = [
        Area(
            name=locality.name,
            slug=locality.slug,
            count=label(count := counts.get(locality.pk, 0)),
            shade="none" if not count else "many" if count >= many else "some",
            shape="".join(map(_path, cell.rings)),
            x=round(cell.middle[0]),
            y=round(cell.middle[1]),
            width=round(_spread(x for x, _y in cell.corners)),
            height=round(_spread(y for _x, y in cell.corners)),
        )
        for locality, cell in zip(localities, cells, strict=True)
    ]
    return AreaMap(areas, int(voronoi.WIDTH), round(height))


def _path(ring: Iterable[tuple[float, float]]) -> str:
    """In whole units; points that fall together are one."""
    places = [f"{x:.0f} {y:.0f}" for x, y in ring]
    return "M" + "L".join(place for place, _again in groupby(places)) + "Z"


def _spread(values: Iterable[float]) -> float:
    lowest, *_others, highest = sorted(values)
    return highest - lowest
