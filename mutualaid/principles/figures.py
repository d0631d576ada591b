"""The few public numbers beside each principle. They stand on other pages already; none is counted here.

Of needs they are the months that were frozen, rounded to 5 and cut off below it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.models import Category, Locality
from mutualaid.group.current import current_group
from mutualaid.numbers.models import Month, MonthPart
from mutualaid.numbers.rounding import FEWER
from mutualaid.policy.current import current_policy
from mutualaid.principles.charter import Key
from mutualaid.resources.models import Resource

REUSED = {
    "lend": _("Lent or shared"),
    "goods": _("Things passed on"),
}
"""Groups of the seeded catalogue that spare something new; what of them was met. A group may have none."""


@dataclass(frozen=True)
class Figure:
    """One number and what it is of. `is_fewer`: it is below 5. `page`: where it stands as well."""

    label: str | Promise
    value: int = 0
    is_fewer: bool = False
    page: str = ""


class Sources:
    """What the figures are made from, each read once for the page."""

    @cached_property
    def month(self) -> Month | None:
        return Month.objects.first()

    @cached_property
    def parts(self) -> list[MonthPart]:
        """The areas and kinds of the newest month."""
        return list(self.month.parts.select_related("kind")) if self.month else []

    @cached_property
    def near(self) -> Mapping[str, int]:
        """How many places near by are shown to everyone, and of how many kinds."""
        return Resource.objects.shown().aggregate(
            places=Count("pk", distinct=True), kinds=Count("kind", distinct=True)
        )


def figures_of(key: str, sources: Sources) -> list[Figure]:
    """Two or three of each; fewer until the first month is over."""
    return list(_FIGURES[Key(key)](sources))


def _counted(label: str | Promise, count: int | None) -> Iterable[Figure]:
    """A published count; nothing where it is left out there, too."""
    if count is not None:
        yield Figure(label, count, count == FEWER, reverse("numbers"))


def _equity(sources: Sources) -> Iterable[Figure]:
    if month := sources.month:
        yield from _counted(_("Needs that were met"), month.met)
        yield from _counted(_("Needs that were not met"), month.unmet)
    yield Figure(_("Languages of our pages"), len(current_group().offered_languages))


def _work(sources: Sources) -> Iterable[Figure]:
    policy = current_policy()
    yield Figure(_("Most tasks of one person at once"), policy.live_claims_per_person)
    yield Figure(_("Most invitations a week for one person"), policy.invitations_per_week)


def _ecology(sources: Sources) -> Iterable[Figure]:
    kinds = Category.objects.filter(parent__slug__in=REUSED, is_active=True).count()
    yield Figure(_("Kinds of things to lend, share or pass on"), kinds, page=reverse("board"))
    of_kind = {part.kind.slug: part for part in sources.parts if part.kind}
    for slug, label in REUSED.items():
        if slug in of_kind:
            yield from _counted(label, of_kind[slug].met)


def _cooperation(sources: Sources) -> Iterable[Figure]:
    near = reverse("resources")
    yield Figure(_("Places near by that we know and point to"), sources.near["places"], page=near)
    yield Figure(_("Kinds of such places"), sources.near["kinds"], page=near)


def _no_profit(sources: Sources) -> Iterable[Figure]:
    days = current_policy().erase_days
    yield Figure(_("Days after which personal details are erased"), days, page=reverse("data"))
    months = Month.objects.count()
    yield Figure(_("Months whose numbers anyone can read"), months, page=reverse("numbers"))


def _surroundings(sources: Sources) -> Iterable[Figure]:
    areas = Locality.objects.filter(children=None).count()
    yield Figure(_("Areas where we help"), areas, page=reverse("board"))
    if month := sources.month:
        yield from _counted(_("Needs that came in"), month.asked)
        if month.days:
            label = _("Days in which half of it was met")
            yield Figure(label, month.days, page=reverse("numbers"))


_FIGURES: Mapping[Key, Callable[[Sources], Iterable[Figure]]] = {
    Key.EQUITY: _equity,
    Key.WORK: _work,
    Key.ECOLOGY: _ecology,
    Key.COOPERATION: _cooperation,
    Key.NO_PROFIT: _no_profit,
    Key.SURROUNDINGS: _surroundings,
}
