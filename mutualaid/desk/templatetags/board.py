"""The board, as the front page of the admin shows it."""

from typing import Any

from django import template
from django.template import Context

from mutualaid.desk import figures
from mutualaid.desk.board import board_of, scope_of
from requests_app.admin.filters.areas import ALL, PARAMETER

register = template.Library()


@register.inclusion_tag("admin/_board.html", takes_context=True)
def board(context: Context) -> dict[str, Any]:
    """Show what waits, and figures beside it.

    Kinds and areas only to whoever may open a need: a small number of a kind in an area can tell who it is.
    """
    request = context["request"]
    scope = scope_of(request)
    weeks = figures.asked_and_met(scope.needs)
    shown = {
        "board": board_of(request, scope),
        "only_own_areas": bool(scope.areas),
        "all_areas_url": f"?{PARAMETER}={ALL}",
        "weeks": weeks,
        "had_any": any(week.asked or week.met for week in weeks),
        "time_to_yes": figures.time_to_yes(scope.needs),
    }
    if scope.sees_needs:
        shown |= {
            "kinds": figures.open_by_kind(scope.needs),
            "areas": figures.open_by_area(scope.needs, query=scope.query),
        }
    return shown
