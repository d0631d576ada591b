"""What we know about a neighbour, for her alone: to download, and to erase at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mutualaid.http import json_download
from requests_app import actions
from requests_app.pages.ask import draft
from requests_app.pages.data_export import data_of
from requests_app.pages.views.decorators import Visit, by_link


@require_safe
@by_link
def need_data(visit: Visit) -> HttpResponse:
    """Says what erasing means, and asks: there is no JavaScript to ask "Are you sure?"."""
    return render(visit.request, "needs/data.html", {"need": visit.need, "token": visit.token})


@require_POST
@by_link
def need_download(visit: Visit) -> HttpResponse:
    return json_download(data_of(visit.need))


@require_POST
@by_link
def need_erase(visit: Visit) -> HttpResponse:
    """Everything goes, this link included: the way leads to the front page."""
    try:
        actions.erase_need(visit.need)
    except actions.StateChanged:
        said = _("This has changed in the meantime. Here is how it stands.")
        messages.info(visit.request, said)
        return redirect("need_data", visit.token)
    draft.forget(visit.request)
    messages.success(visit.request, _("Everything about you is erased. This cannot be undone."))
    return redirect("home")
