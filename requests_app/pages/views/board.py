"""The public board, and the same as text."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from requests_app.pages.area_map import area_map, count_by_area
from requests_app.pages.board import MOST_LINES, BoardFilter, note_of, text_of

NOTES_ON_A_PAGE = 11
"""With the map and the choices of a neighbourhood, a full board stays light (`test_board`)."""


@login_not_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The open needs that pass the filters of the address, and a map whose areas are such filters."""
    board_filter = BoardFilter(request.GET)
    page = Paginator(board_filter.needs(), NOTES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": board_filter,
        "page": page,
        "notes": [note_of(need) for need in page],
        "query": board_filter.query,
        "map_query": board_filter.query_without_area,
        "area": board_filter.cleaned_data.get("area"),
        "map": area_map(count_by_area(board_filter.needs(everywhere=True))),
    }
    return render(request, "needs/board.html", context)


@login_not_required
@require_safe
def board_text(request: HttpRequest) -> HttpResponse:
    """The same needs as text to copy, the most urgent first; without codes and details of anyone."""
    board_filter = BoardFilter(request.GET)
    needs = list(board_filter.needs()[: MOST_LINES + 1])
    context = {
        "form": board_filter,
        "query": board_filter.query,
        "text": text_of(needs, with_codes=False) if needs else "",
    }
    return render(request, "needs/board_text.html", context)
