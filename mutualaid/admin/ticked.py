"""Of a list only the rows that were ticked: to take them along, to print or to look at together."""

from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import base36_to_int, int_to_base36
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

TICKED = "ticked"
HIGHEST = 2**63 - 1
"""Of an id: a database knows no higher number."""


def as_text(pks: Iterable[int]) -> str:
    """Return ids in a short form: the distance from each to the next. 500 of them still fit into a URL."""
    ordered = sorted(set(pks))
    return "-".join(int_to_base36(after - before) for before, after in pairwise([0, *ordered]))


def from_text(text: str) -> list[int]:
    """Return the ids in a text; none where it is no such text."""
    try:
        pks = accumulate(map(base36_to_int, text.split("-")))
        return [pk for pk in pks if pk <= HIGHEST]
    except ValueError:
        return []


class TickedFilter(admin.SimpleListFilter):
    """Shown beside a list only where some of its rows were ticked. It narrows the other filters further."""

    title = _("ticked")
    parameter_name = TICKED

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        text = self.value()
        if text is None:
            return []
        count = len(from_text(text))
        return [(text, ngettext("only this %d", "only these %d", count) % count)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        text = self.value()
        return queryset if text is None else queryset.filter(pk__in=from_text(text))


class TickedRows:
    """A mixin for the admin of a list that can be taken along: `list_filter` needs a `TickedFilter`."""

    @admin.action(description=_("Show these alone: to take along or print"), permissions=["view"])
    def only_ticked(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
        """Lead to the list of these rows, with its filters and its order."""
        query = request.GET.copy()
        query.pop(PAGE_VAR, None)
        if request.POST.get("select_across") != "1":
            query[TICKED] = as_text(chosen.order_by().values_list("pk", flat=True))
        return redirect(f"{request.path}?{query.urlencode()}")
