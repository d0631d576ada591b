"""The figures beside the board: counts of needs, and no person. Numbers of drawings are whole."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate, pairwise
from statistics import quantiles
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi

from mutualaid.catalog.models import Category, Locality
from mutualaid.matching.attention import LONG_DAYS
from mutualaid.matching.outlook import is_open
from mutualaid.numbers.freezing import MET
from requests_app.models import Need
from requests_app.pages.area_map import AreaMap, area_map
from requests_app.pages.wait_estimate import ENOUGH_NEEDS, SHORTEST_WAIT, in_words, past_needs
from requests_app.states import NeedState

AGES = (7, LONG_DAYS, 1)
"""Days of age between the columns of the table of kinds. Assumed, not measured."""
BAR = 100
"""The width of the longest bar of a kind, in units of the drawing."""
WEEKS = 8
CHART_WIDTH, CHART_HEIGHT = 320, 100
"""Of the chart of weeks, in units of the drawing."""
MOST_AREAS = 12
"""Areas in the table, those with the most waiting first; all others are one row. Assumed, not measured."""


class Segment(NamedTuple):
    """A part of the bar of a kind: the needs of one age."""

    x: int
    width: int


class Kind(NamedTuple):
    """A group of categories, and how many of its needs are open, by age, the oldest first."""

    name: str
    by_age: list[int]
    bar: list[Segment]

    @property
    def total(self) -> int:
        return sum(self.by_age)


class Week(NamedTuple):
    """How many needs came in the week that began on `monday`, and how many were met in it.

    The heights and places of its two bars are in units of the drawing.
    """

    monday: date
    asked: int
    met: int
    asked_x: int = 0
    met_x: int = 0
    asked_height: int = 0
    met_height: int = 0

    @property
    def asked_y(self) -> int:
        return CHART_HEIGHT - self.asked_height

    @property
    def met_y(self) -> int:
        return CHART_HEIGHT - self.met_height


class TimeToYes(NamedTuple):
    """Of the last `asked` needs whose search is over, `found` found someone; spans of time in words."""

    asked: int
    found: int
    middle: str
    one_in_four: str
    one_in_ten: str


class Area(NamedTuple):
    name: str
    many: int
    long: int
    """How many of them have been open for more than `LONG_DAYS` days."""
    url: str


class Areas(NamedTuple):
    """The areas with the most that waits, and in how many `others` how many needs are open."""

    worst: Sequence[Area]
    others: int
    elsewhere: int
    map: AreaMap | None


def open_by_kind(needs: "QuerySet[Need]") -> list[Kind]:
    """The open needs of each group of categories that has any, the most first."""
    rows = needs.filter(is_open()).order_by().values_list("category")
    groups: dict[str, list[int]] = {}
    categories = Category.objects.select_related("parent").in_bulk()
    for pk, *by_age in rows.annotate(**_by_age()):
        category = categories[pk]
        sums = groups.setdefault((category.parent or category).label, [0] * len(by_age))
        for n, many in enumerate(by_age):
            sums[n] += many
    most = max(map(sum, groups.values()), default=0)
    kinds = [Kind(name, ages, _bar(ages, most)) for name, ages in groups.items()]
    return sorted(kinds, key=lambda kind: (-kind.total, kind.name))


def _by_age() -> dict[str, Count]:
    now = timezone.now()
    limits = [None, *(now - timedelta(days=days) for days in AGES), None]
    counted = {}
    for n, (oldest, newest) in enumerate(pairwise(limits)):
        newer = Q(created_at__gt=oldest) if oldest else Q()
        older = Q(created_at__lte=newest) if newest else Q()
        counted[f"age_{n}"] = Count("pk", filter=newer & older)
    return counted


def _bar(by_age: list[int], most: int) -> list[Segment]:
    """The oldest first, so that what waits longest has one line to be compared along."""
    ends = [round(sum_ * BAR / most) for sum_ in accumulate(by_age, initial=0)]
    return [Segment(start, end - start) for start, end in pairwise(ends)]


def asked_and_met(needs: "QuerySet[Need]") -> list[Week]:
    """The last `WEEKS` weeks, the oldest first and this one last."""
    this_monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    mondays = [this_monday - timedelta(weeks=n) for n in range(WEEKS - 1, -1, -1)]
    starts = [*map(_midnight, mondays), _midnight(this_monday + timedelta(weeks=1))]
    counted: dict[str, Count] = {}
    for n, (start, end) in enumerate(pairwise(starts)):
        came = Q(created_at__gte=start, created_at__lt=end)
        ended = Q(closed_at__gte=start, closed_at__lt=end, close_reason__in=MET)
        counted |= {f"asked_{n}": Count("pk", filter=came), f"met_{n}": Count("pk", filter=ended)}
    lately = Q(created_at__gte=starts[0]) | Q(state=NeedState.CLOSED, closed_at__gte=starts[0])
    many = needs.filter(lately).aggregate(**counted)
    weeks = [Week(day, many[f"asked_{n}"], many[f"met_{n}"]) for n, day in enumerate(mondays)]
    return _drawn(weeks)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _drawn(weeks: list[Week]) -> list[Week]:
    """With the places of the bars: time runs as the language is read."""
    most = max((max(week.asked, week.met) for week in weeks), default=0) or 1
    step = CHART_WIDTH // WEEKS
    is_bidi = get_language_bidi()
    return [
        week._replace(
            asked_x=place * step + (20 if is_bidi else 6),
            met_x=place * step + (6 if is_bidi else 20),
            asked_height=_height(week.asked, most),
            met_height=_height(week.met, most),
        )
        for place, week in zip(_places(is_bidi=is_bidi), weeks, strict=True)
    ]


def _places(*, is_bidi: bool) -> range:
    return range(WEEKS - 1, -1, -1) if is_bidi else range(WEEKS)


def _height(many: int, most: int) -> int:
    return max(2, round(many * CHART_HEIGHT / most)) if many else 0


def time_to_yes(needs: "QuerySet[Need]") -> TimeToYes | None:
    """How long it took lately until someone said yes; None if too few are known to say."""
    known = list(past_needs(needs))
    waits = [
        max(need.wait, SHORTEST_WAIT).total_seconds() for need in known if need.wait is not None
    ]
    if len(waits) < ENOUGH_NEEDS:
        return None
    twentieths = quantiles(waits, n=20, method="inclusive")
    middle, three_in_four, nine_in_ten = (
        in_words(timedelta(seconds=twentieths[n])) for n in (9, 14, 17)
    )
    return TimeToYes(len(known), len(waits), middle, three_in_four, nine_in_ten)


def open_by_area(needs: "QuerySet[Need]", *, query: str = "") -> Areas:
    """Where needs are open; first where the most have waited for long.

    `query` is added to the address of each list.
    """
    long_ago = timezone.now() - timedelta(days=LONG_DAYS)
    rows = needs.filter(is_open()).order_by().values_list("locality")
    counted: dict[int, tuple[int, int]] = {
        pk: (many, long)
        for pk, many, long in rows.annotate(
            many=Count("pk"), long=Count("pk", filter=Q(created_at__lte=long_ago))
        )
    }
    by_wait = sorted(counted, key=lambda pk: (-counted[pk][1], -counted[pk][0], pk))
    worst, others = by_wait[:MOST_AREAS], by_wait[MOST_AREAS:]
    named = Locality.objects.defer("outline").in_bulk(worst)
    page = reverse("admin:requests_app_need_changelist") + "?state__exact=open&locality__id__exact="
    table = [Area(named[pk].label, *counted[pk], f"{page}{pk}{query}") for pk in worst]
    elsewhere = sum(counted[pk][0] for pk in others)
    return Areas(table, len(others), elsewhere, _map({pk: n for pk, (n, _) in counted.items()}))


def _map(counts: Mapping[int, int]) -> AreaMap | None:
    """The darker shade is for at least half as many as in the area with the most, and more than one."""
    if not counts:
        return None
    half = (max(counts.values()) + 1) // 2
    return area_map(counts, label=lambda count: str(count or ""), many=max(half, 2))
