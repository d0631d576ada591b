"""Lists on paper: whom to call or visit, with boxes to tick; and what a volunteer has said yes to."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.admin.refusals import sentence_for
from mutualaid.admin.site import admin_page
from mutualaid.dashboard.route_sheet import opened, stops_of
from mutualaid.desk.exports.lists import filters_of, rows_shown
from mutualaid.people.models import User
from requests_app import actions
from requests_app.admin.refusals import REFUSALS
from requests_app.models import AskContact, Claim, Need
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


@admin_page("people/user/<int:pk>/route/", name="route_sheet", permission="people.view_user")
def route_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a volunteer has said yes to; a POST opens the contact details, and logs each look.

    Raises `PermissionDenied` for whoever does not look after the needs of others.
    """
    me = cast(User, request.user)
    if not me.has_perm("requests_app.coordinate_need"):
        raise PermissionDenied
    person = get_object_or_404(User, pk=pk)
    stops, is_open = stops_of(person), request.method == "POST"
    if is_open:

        def look(claim: Claim) -> AskContact:
            return actions.contact_for_coordinator(claim.need.ask, by=me)

        stops = opened(stops, look, tuple(REFUSALS), partial(sentence_for, refusals=REFUSALS))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Tasks to print"),
        "person": person,
        "stops": stops,
        "is_open": is_open,
        "site_url": settings.SITE_URL,
        "printed_on": timezone.localdate(),
    }
    return TemplateResponse(request, "admin/route_sheet.html", context)


def list_to_print(
    request: HttpRequest,
    needs: Sequence[Need] | QuerySet[Need],
    contacts: Mapping[int, AskContact] | None = None,
) -> HttpResponse:
    """Return the page with these needs, at most `MOST_PRINTED`; `contacts` are those of asks by their ids."""
    lines = [Line(need, (contacts or {}).get(need.ask_id)) for need in needs[: MOST_PRINTED + 1]]
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Who to call or visit"),
        "lines": lines[:MOST_PRINTED],
        "has_contacts": contacts is not None,
        "more_than": MOST_PRINTED if len(lines) > MOST_PRINTED else 0,
        "site_url": settings.SITE_URL,
        "printed_on": timezone.localdate(),
        "list_query": filters_of(request).urlencode(),
    }
    return TemplateResponse(request, "admin/print_needs.html", context)
