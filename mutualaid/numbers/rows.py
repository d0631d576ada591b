"""The published numbers as rows of a table."""

from collections.abc import Iterable

from mutualaid.numbers.models import MEASURES, Month, RoundedFigures

HEAD = ("month", "part", "code", "name", *MEASURES, "days")


def numbers_rows() -> Iterable[tuple[object, ...]]:
    """All months, a row for each part. "<5" is fewer than 5; an empty count is withheld."""
    for month in Month.objects.prefetch_related("parts__area", "parts__kind"):
        yield (str(month), "total", "", "", *_cells(month))
        for part in sorted(month.parts.all(), key=lambda part: (part.kind_id or 0, part.code)):
            what = "area" if part.area_id else "kind"
            name = part.area.name if part.area else part.name  # the same for every reader
            yield (str(month), what, part.code, name, *_cells(part))


def _cells(figures: RoundedFigures) -> Iterable[object]:
    for measure in MEASURES:
        count = getattr(figures, measure)
        yield "" if count is None else count or "<5"
    yield "" if figures.days is None else figures.days
