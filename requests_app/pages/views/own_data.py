"""The neighbour's own data: download a copy, or erase it at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mutualaid.http import json_download
from mutualaid.methods import post_only
from requests_app import actions
from requests_app.pages.ask.draft import ASK
from requests_app.pages.data_export import data_of
from requests_app.pages.private import title_of
from requests_app.pages.refusals import tell_refusal
from requests_app.pages.views.decorators import Visit, by_link


@require_safe
@by_link
def need_data(visit: Visit) -> HttpResponse:
    """Say what downloading and erasing mean, with a button for each."""
    needs = list(visit.ask.needs.select_related("category").order_by("pk"))
    context = {
        "token": visit.token,
        "titles": [title_of(need) for need in needs],
        "is_live": any(need.is_live for need in needs),
    }
    return render(visit.request, "needs/data.html", context)


@post_only("need_data", "token")
@by_link
def need_download(visit: Visit) -> HttpResponse:
    """Log the download first, so that the copy says so too."""
    actions.note_download(visit.ask)
    return json_download(data_of(visit.ask))


@post_only("need_data", "token")
@by_link
def need_erase(visit: Visit) -> HttpResponse:
    """Erase the ask with its links, and go to the front page."""
    with tell_refusal(visit.request):
        actions.erase_ask(visit.ask)
        ASK.forget(visit.request)
        messages.success(
            visit.request, _("We've erased everything about you. This can't be undone.")
        )
        return redirect("home")
    return redirect("need_data", visit.token)
