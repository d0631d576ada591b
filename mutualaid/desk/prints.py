"""Lists on paper: whom to call or visit, with boxes to tick; and what a volunteer has said yes to."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.admin.site import admin_page
from mutualaid.desk.exports.lists import filters_of, rows_shown
from requests_app.models import AskContact, Need
from requests_app.states import NeedState

MOST_PRINTED = 300
"""Needs on one list: about 20 sheets of paper."""


class Line(NamedTuple):
    """A need on paper; with contact details where someone took them out for a reason."""

    need: Need
    contact: AskContact | None


@admin_page("print/needs/", name="print_needs", permission="requests_app.view_need")
def print_needs(request: HttpRequest) -> HttpResponse:
    """Show what the list of needs shows as a list to print: what is not over, and nothing sensitive."""
    rows = rows_shown(request, Need).exclude(state=NeedState.CLOSED)
    rows = rows.exclude(category__sensitive=True).filter(ask__veiled=False, ask__exclusions=None)
    return list_to_print(request, rows.select_related("ask", "category", "locality"))


def list_to_print(
    request: HttpRequest,
    needs: Sequence[Need] | QuerySet[Need],
    contacts: Mapping[int, AskContact] | None = None,
) -> HttpResponse:
    """Return the page with these needs, at most `MOST_PRINTED`; `contacts` are those of asks by their ids."""
    lines = [Line(need, (contacts or {}).get(need.ask_id)) for need in needs[: MOST_PRINTED + 1]]
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Whom to call or visit"),
        "lines": lines[:MOST_PRINTED],
        "has_contacts": contacts is not None,
        "more_than": MOST_PRINTED if len(lines) > MOST_PRINTED else 0,
        "site_url": settings.SITE_URL,
        "printed_on": timezone.localdate(),
        "list_query": filters_of(request).urlencode(),
    }
    return TemplateResponse(request, "admin/print_needs.html", context)
