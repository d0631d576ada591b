"""The published numbers as rows of a table."""

from collections.abc import Iterable

from mutualaid.numbers.models import MEASURES, SUMS, Month, MonthMoney, RoundedFigures

HEAD = ("month", "part", "code", "name", *MEASURES, "days")
MONEY_HEAD = ("month", "currency", *SUMS)


def numbers_rows() -> Iterable[tuple[object, ...]]:
    """All months, a row for each part. "<5" is fewer than 5; an empty count is withheld."""
    for month in Month.objects.prefetch_related("parts__area", "parts__kind"):
        yield (str(month), "total", "", "", *_cells(month))
        for part in sorted(month.parts.all(), key=lambda part: (part.kind_id or 0, part.code)):
            what = "area" if part.area_id else "kind"
            name = part.area.name if part.area else part.name  # the same for every reader
            yield (str(month), what, part.code, name, *_cells(part))


def money_rows() -> Iterable[tuple[object, ...]]:
    """The money of all months, in whole units. "<5" is less than 5; an empty sum is withheld."""
    for money in MonthMoney.objects.select_related("month").order_by(
        "-month__first_day", "currency"
    ):
        sums = (getattr(money, name) for name in SUMS)
        yield (str(money.month), money.currency, *map(_cell, sums))


def _cells(figures: RoundedFigures) -> Iterable[object]:
    yield from map(_cell, (getattr(figures, measure) for measure in MEASURES))
    yield "" if figures.days is None else figures.days


def _cell(figure: int | None) -> object:
    return "" if figure is None else figure or "<5"
