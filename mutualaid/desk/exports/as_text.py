"""What is open, as text to paste into a chat: what the public board shows, and nothing else."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.admin.site import admin_page
from mutualaid.group.current import current_group
from requests_app.models import Need
from requests_app.pages.board import BoardFilter

MOST = 40
"""Lines: more is no message that someone reads."""


@admin_page("text/", name="needs_as_text", permission="requests_app.view_need")
def as_text(request: HttpRequest) -> HttpResponse:
    """Show the text of all or of one kind and area, most urgent first, to be copied."""
    form = BoardFilter(request.GET)
    needs = list(form.needs()[: MOST + 1])
    context = {
        **admin.site.each_context(request),
        "title": _("Open needs as text"),
        "form": form,
        "text": text_of(needs) if needs else "",
    }
    return TemplateResponse(request, "admin/needs_as_text.html", context)


def text_of(needs: list[Need]) -> str:
    """A line for each of the first `MOST` needs, and where the board is."""
    board = settings.SITE_URL + reverse("board")
    lines = [
        f"• {need.category.label}, {need.locality.name}: {need.when} ({need.code})"
        for need in needs[:MOST]
    ]
    if len(needs) > MOST:
        lines.append(_("… and more on our board"))
    heading = ngettext("Can you help with this?", "Can you help with one of these?", len(lines))
    return "\n".join([heading, "", *lines, "", f"{current_group().name}: {board}"])
