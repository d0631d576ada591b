"""A coordinator's areas as the first filter of their lists. A link shows all: they are no fence."""

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mutualaid.people.models import User
from requests_app.coordinators import areas_of
from requests_app.models import Ask, Need

PARAMETER = "areas"
OWN, ALL = "mine", "all"


def areas_shown(request: HttpRequest) -> set[int]:
    """The ids of the areas to which a page of this person is narrowed; empty where it shows all."""
    if request.GET.get(PARAMETER) == ALL:
        return set()
    return areas_of(cast(User, request.user))


class AreasFilter(admin.SimpleListFilter):
    """The areas they look after, unless the address says all. Shown to whoever looks after some."""

    title = _("areas you look after")
    parameter_name = PARAMETER

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        own = areas_of(cast(User, request.user))
        is_all = request.GET.get(PARAMETER) == ALL or not _is_list(request)
        self.areas = set[int]() if is_all else own
        self.has_areas = bool(own)
        everywhere = request.GET.copy()
        everywhere[PARAMETER] = ALL
        everywhere.pop("p", None)
        self.all_areas_url = f"?{everywhere.urlencode()}"
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(OWN, _("Yours")), (ALL, _("All areas"))] if self.has_areas else []

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, title in self.lookup_choices:
            yield {
                "selected": (value == OWN) == bool(self.areas),
                "query_string": changelist.get_query_string({PARAMETER: value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.areas:
            return queryset
        if queryset.model is Ask:
            needs = Need.objects.filter(locality__in=self.areas)
            return queryset.filter(pk__in=needs.values("ask"))
        return queryset.filter(locality__in=self.areas)


def _is_list(request: HttpRequest) -> bool:
    """Whether rows are shown, or all that are shown are meant; not where some were chosen by their ids.

    The page of one need sends its next step to the list, from whichever area it is.
    """
    return request.method != "POST" or request.POST.get("select_across", "0") != "0"
