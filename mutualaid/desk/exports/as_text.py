"""What is open, as text to paste into a chat: what the public board shows, and nothing else."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from mutualaid.admin.site import admin_page
from requests_app.pages.board import MOST_LINES, BoardFilter, text_of


@admin_page("text/", name="needs_as_text", permission="requests_app.view_need")
def as_text(request: HttpRequest) -> HttpResponse:
    """Show the text of all or of one kind and area, most urgent first, to be copied."""
    form = BoardFilter(request.GET)
    needs = list(form.needs()[: MOST_LINES + 1])
    context = {
        **admin.site.each_context(request),
        "title": _("Open needs as text"),
        "form": form,
        "text": text_of(needs, with_codes=True) if needs else "",
    }
    return TemplateResponse(request, "admin/needs_as_text.html", context)
