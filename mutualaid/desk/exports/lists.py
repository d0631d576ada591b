"""What a list of the admin shows under an address of its own: with its filters, its areas and its order."""

from copy import copy
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, QueryDict

PAGE_OF_LIST = ("p", "all", "e", "_facets")
"""Parameters of a list that say nothing of its rows: a page, an error before, counts of filters."""


def rows_shown(request: HttpRequest, model: type[Model]) -> QuerySet[Any]:
    """Return all rows of the list with the filters in the address of `request`, not only those of a page.

    Raises `Http404` for a filter that there is not.
    """
    listing = copy(request)
    listing.method = "GET"  # what is posted here is no action of the list
    listing.GET = filters_of(request)  # type: ignore[assignment]
    model_admin = admin.site.get_model_admin(model)
    try:
        rows: QuerySet[Any] = model_admin.get_changelist_instance(listing).queryset
    except IncorrectLookupParameters as error:
        raise Http404 from error
    return rows


def filters_of(request: HttpRequest) -> QueryDict:
    """Return the filters of the list from which someone came."""
    filters = request.GET.copy()
    for name in PAGE_OF_LIST:
        filters.pop(name, None)
    return filters
