"""Lists of the admin: as many rows as someone wants on a page, and a place that is kept."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_list import ResultList, result_headers
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mutualaid.admin.rows import rows_of

SIZE_PARAMETER = "rows"
PLACE = "-"
"""Stands for the key of a row in an address."""
PAGE_SIZES = (50, 100, 500)
"""Rows on a page; the first unless the address says another."""


class NearestPage(Paginator[Any]):
    """Where a page is no more, since its rows were dealt with, the last one stands for it."""

    def validate_number(self, number: int | float | str) -> int:
        try:
            return super().validate_number(number)
        except EmptyPage:
            return 1 if int(number) < 1 else self.num_pages


class SizedChangeList(ChangeList):
    """Takes the number of rows from the address, and has links to the other numbers (`sizes`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django would look up again for each row which page its address is of.
        self._suffix = f"?{self.preserved_filters}" if self.preserved_filters else ""
        self.preserved_filters = ""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        self._page_of_row = reverse(name, args=[PLACE]).rpartition(PLACE)
        self.title = str(capfirst(self.opts.verbose_name_plural))

    def url_for_result(self, result: Any) -> str:
        """The page of a row; it knows from which list, with which filters, one came."""
        before, _place, after = self._page_of_row
        return f"{before}{quote(result.pk)}{after}{self._suffix}"

    @property
    def table(self) -> dict[str, Any]:
        """The headers and rows of the page, for the template of both."""
        headers = list(result_headers(self))
        sorted_by = [header for header in headers if header["sortable"] and header["sorted"]]
        return {
            "result_headers": headers,
            "num_sorted_fields": len(sorted_by),
            "results": [ResultList(None, [cells]) for cells in self._rows()],
        }

    def _rows(self) -> Iterator[SafeString]:
        """Where no row has a box to tick, which is its anchor, the first cell of all is one."""
        rows = rows_of(self)
        if "action_checkbox" not in self.list_display and self.first_anchor:
            tag, _space, rest = next(rows).partition(" ")
            yield format_html('{} id="{}" {}', mark_safe(tag), self.first_anchor, mark_safe(rest))  # noqa: S308  as `rows_of` made it
        yield from rows

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        filters = super().get_filters_params(params)
        return {name: value for name, value in filters.items() if name != SIZE_PARAMETER}

    def get_filters(self, request: HttpRequest) -> Any:
        """As Django's, and what has no value is called so: a dash says nothing."""
        found = super().get_filters(request)
        for one in found[0]:
            one.empty_value_display = _("(left empty)")  # type: ignore[attr-defined]
        return found

    def get_results(self, request: HttpRequest) -> None:
        """Raises `IncorrectLookupParameters` for a filter that no database can answer, as for the year -1."""
        self.list_per_page = page_size(request)
        try:
            super().get_results(request)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters from error
        self.page_num = self.paginator.validate_number(self.page_num)
        chosen = getattr(request, "chosen", ())
        for row in self.result_list if chosen else ():
            row.is_chosen = str(row.pk) in chosen

    @property
    def first_anchor(self) -> str:
        """Leads to the first row, for whoever goes by keyboard; "" where there is none."""
        row = next(iter(self.result_list), None)
        return anchor_of(row.pk) if row else ""

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """(number of rows, address), for a list that does not fit on one of the smallest pages."""
        if self.result_count <= PAGE_SIZES[0]:
            return []
        return [(size, self.get_query_string({SIZE_PARAMETER: size})) for size in PAGE_SIZES]


def page_size(request: HttpRequest) -> int:
    """How many rows the address asks for; one of `PAGE_SIZES`."""
    asked = {str(size): size for size in PAGE_SIZES}
    return asked.get(request.GET.get(SIZE_PARAMETER, ""), PAGE_SIZES[0])


def anchor_of(pk: object) -> str:
    """The part of an address behind "#" that leads to a row of a list."""
    return f"row-{pk}"
