"""The public board."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from requests_app.models import Need
from requests_app.pages.area_map import area_map, count_by_area
from requests_app.pages.board import BoardFilter, note_of

NOTES_ON_A_PAGE = 11
"""With the map and the choices of a neighbourhood, a full board stays below 14 kB of HTML (`test_board`)."""


@login_not_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The open needs of all neighbours, and a map of them while nothing is filtered."""
    board_filter = BoardFilter(request.GET)
    page = Paginator(board_filter.needs(), NOTES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": board_filter,
        "page": page,
        "notes": [note_of(need) for need in page],
        "query": _without_page(request),
        "map": area_map(count_by_area(Need.objects.on_board())) if not request.GET else None,
    }
    return render(request, "needs/board.html", context)


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
