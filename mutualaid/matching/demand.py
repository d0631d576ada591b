"""What is needed most, so that whoever wants to help reads it first."""

from collections.abc import Iterable

from django.db.models import Count

from mutualaid.catalog.models import Locality
from mutualaid.catalog.nearness import areas_within
from requests_app.models import Need

NEAR_KM = 5
"""Between the nearest leaves of two areas. Assumed, not measured."""


def most_needed(areas: Iterable[Locality]) -> list[int]:
    """Return ids of categories, that with the most open needs near these areas first.

    Without areas, everywhere. Only of needs that anyone may see, and without what only people known to
    the group do.
    """
    needs = Need.objects.on_board().filter(category__vetted_only=False)
    if near := list(areas):
        needs = needs.filter(locality__in=areas_within(NEAR_KM, near))
    counted = needs.order_by().values("category").annotate(many=Count("pk", distinct=True))
    most = counted.order_by("-many", "category__position", "category")
    return list(most.values_list("category", flat=True))
