"""A page between a list and an action on several of its rows: what would come of it, or what it misses."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from mutualaid.admin.widgets import ids_in

if TYPE_CHECKING:
    from mutualaid.admin.guarded import GuardedAdmin

CHOSEN = "chosen"
"""The field with the ids of the rows, comma-separated: a form may have fewer fields than they are."""
MOST_SHOWN = 50


def use_chosen_before(request: HttpRequest) -> None:
    """Put the rows that a page of these carries in the place of the boxes of the list."""
    if CHOSEN in request.POST:
        sent = request.POST.copy()
        sent.setlist(ACTION_CHECKBOX_NAME, ids_in(sent.get(CHOSEN, "").split(",")))
        request.POST = sent  # type: ignore[assignment]


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the form of `second_page` was sent."""
    return "confirmed" in request.POST and CHOSEN in request.POST


def second_page(
    model_admin: "GuardedAdmin[Any]",
    request: HttpRequest,
    chosen: Sequence[Any],
    *,
    rows: Sequence[Any],
    title: Any,
    button: Any,
    says: Sequence[str],
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show with which of the `chosen` an action would be done, `rows`, and what comes of it, `says`.

    Its button does it with all that were chosen. `typed` is what was asked for before, and is sent along.
    """
    context: dict[str, Any] = {
        **page_context(model_admin, request, chosen),
        **listed(model_admin, rows),
        "title": title,
        "button": button,
        "says": says,
        "typed": typed or {},
    }
    return TemplateResponse(request, "admin/second_page.html", context)


def page_context(
    model_admin: "GuardedAdmin[Any]", request: HttpRequest, rows: Sequence[Any]
) -> dict[str, Any]:
    """What such a page shows and sends back."""
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "list_url": request.get_full_path(),
        "action": request.POST.get("action", ""),
        "ids": ",".join(str(row.pk) for row in rows),
        "checkbox_name": ACTION_CHECKBOX_NAME,
        **listed(model_admin, rows),
    }


def listed(model_admin: "GuardedAdmin[Any]", rows: Sequence[Any]) -> dict[str, Any]:
    """Return for a template the first `MOST_SHOWN` rows with their addresses, and how many more there are."""
    shown = [(model_admin.page_of(row), model_admin.name_of(row)) for row in rows[:MOST_SHOWN]]
    return {"shown": shown, "more": max(0, len(rows) - MOST_SHOWN)}
