"""Which resources are shown beside an ask or a need: for its kind and area, a few."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.http import QueryDict
from django.urls import reverse

from mutualaid.catalog.models import Category, Locality
from mutualaid.resources.models import Resource

MOST_NEAR = 3
"""Short, so that it is never in the way."""


class Near(NamedTuple):
    """The nearest few, and the address of the list with all of them."""

    resources: Sequence[Resource]
    url: str


def near(categories: Iterable[Category], locality: Locality) -> Near | None:
    """Return what everyone may see for one of these kinds in this area; None where there is nothing."""
    kinds = list(categories)
    fitting = Resource.objects.shown().of_kinds(kinds).serving(locality)
    found = list(fitting.nearest_first(locality)[:MOST_NEAR])
    return Near(found, _list_url(kinds, locality)) if found else None


def _list_url(kinds: Sequence[Category], locality: Locality) -> str:
    """The list of this area, and of the group of help where it is one.

    What is sensitive is not named: an address stays in the browser's history.
    """
    query = QueryDict(mutable=True)
    groups = {kind.parent or kind for kind in kinds}
    if len(groups) == 1 and not any(kind.sensitive for kind in kinds):
        query["what"] = groups.pop().slug
    query["where"] = locality.slug
    return f"{reverse('resources')}?{query.urlencode()}"
