"""A map of areas: a soft shape for each, and how many needs are open in it."""

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count

from mutualaid.catalog.area_names import isolated
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
DIGIT, LETTER = 6.5, 5
"""About how wide a digit and a letter are, drawn small."""
LARGE_DIGIT, LARGE_LETTER = 10, 6.8
"""On the public board."""
LINE = 13
"""From a count to the name below it, and from line to line."""
OUT_OF_SHAPE = 1.3
"""A name may be so much wider than its shape, where no other stands. Assumed, not measured."""


@dataclass(frozen=True)
class Area:
    name: str
    """Isolated where it runs against the page: SVG knows neither `dir` nor <bdi>."""
    language: str
    """Of the name: that of the page, or else the group's first."""
    slug: str
    count: str
    """As it is shown: "" for none, "1–2" for few."""
    shade: str
    """A class of the style sheet: "none", "some" or "many"."""
    shape: str
    """The `d` of an SVG path."""
    x: int
    y: int
    """Where its count stands."""
    has_room_for_count: bool
    has_room_for_name: bool
    """In one line, drawn small."""
    name_lines: list[str]
    """The name in one line or two, as it has room; none where even two have none."""


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
    shown = [label(counts.get(locality.pk, 0)) for locality in localities]
    names = _fitting_names([locality.label for locality in localities], shown, cells)
    areas = []
    for locality, cell, count, lines in zip(localities, cells, shown, names, strict=True):
        number = counts.get(locality.pk, 0)
        x, y = round(cell.middle[0]), round(cell.middle[1])
        areas.append(
            Area(
                name=isolated(locality.label),
                language=locality.language_of_label,
                slug=locality.slug,
                count=count,
                shade="none" if not number else "many" if number >= many else "some",
                shape="".join(map(_path, cell.rings)),
                x=x,
                y=y,
                has_room_for_count=cell.room_at(y) >= len(count) * DIGIT,
                has_room_for_name=cell.room_at(y + LINE if count else y)
                >= len(locality.label) * LETTER,
                name_lines=[isolated(line) for line in lines],
            )
        )
    return AreaMap(areas, int(voronoi.WIDTH), round(height))


def _fitting_names(
    names: Sequence[str], counts: Sequence[str], cells: Sequence[voronoi.Cell]
) -> list[list[str]]:
    """The lines of each name; none where it has no room in its shape or would stand on another label."""
    taken = [
        _Box.around(*cell.middle, len(count) * LARGE_DIGIT)
        for cell, count in zip(cells, counts, strict=True)
        if count
    ]
    fitting: list[list[str]] = []
    for name, count, cell in zip(names, counts, cells, strict=True):
        x, y = cell.middle
        top = y + LINE if count else y
        lines: list[str] = []
        for most in (1, 2):
            tried = _in_lines(name, most)
            boxes = [
                _Box.around(x, top + n * LINE, len(line) * LARGE_LETTER)
                for n, line in enumerate(tried)
            ]
            has_room = all(
                box.width <= OUT_OF_SHAPE * cell.room_at(top + n * LINE)
                and box.left >= 0
                and box.right <= voronoi.WIDTH
                for n, box in enumerate(boxes)
            )
            if has_room and not any(box.touches(other) for box in boxes for other in taken):
                lines = tried
                taken += boxes
                break
        fitting.append(lines)
    return fitting


def _in_lines(name: str, most: int) -> list[str]:
    """The name in so many lines, as even as its words allow. No word is cut."""
    wrap = partial(textwrap.wrap, name, break_long_words=False)
    width = len(name)
    while most > 1 and len(wrap(width - 1)) <= most and width > 2:
        width -= 1
    return wrap(width) or [name]


class _Box(NamedTuple):
    """Where a line of text stands."""

    left: float
    right: float
    y: float

    @classmethod
    def around(cls, x: float, y: float, width: float) -> "_Box":
        return cls(x - width / 2, x + width / 2, y)

    @property
    def width(self) -> float:
        return self.right - self.left

    def touches(self, other: "_Box") -> bool:
        is_beside = self.right <= other.left or other.right <= self.left
        return not is_beside and abs(self.y - other.y) < LINE - 1  # of the next line, by a rounding


def _path(ring: Iterable[tuple[float, float]]) -> str:
    """In whole units; points that fall together are one."""
    places = [f"{x:.0f} {y:.0f}" for x, y in ring]
    return "M" + "L".join(place for place, _again in groupby(places)) + "Z"
