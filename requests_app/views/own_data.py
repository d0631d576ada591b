"""What we know about a neighbour, for her alone: to download, and to erase at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mutualaid.http import json_download, private_page
from requests_app import actions
from requests_app.ask import draft
from requests_app.export import data_of
from requests_app.links import need_by_token


@login_not_required
@private_page
@require_safe
def need_data(request: HttpRequest, token: str) -> HttpResponse:
    """Says what erasing means, and asks: there is no JavaScript to ask "Are you sure?"."""
    found = need_by_token(token)
    if not found:
        return _no_such_link(request)
    return render(request, "needs/data.html", {"need": found[0], "token": token})


@login_not_required
@private_page
@require_POST
def need_download(request: HttpRequest, token: str) -> HttpResponse:
    found = need_by_token(token)
    return json_download(data_of(found[0])) if found else _no_such_link(request)


@login_not_required
@private_page
@require_POST
def need_erase(request: HttpRequest, token: str) -> HttpResponse:
    """Everything goes, this link included: the way leads to the front page."""
    found = need_by_token(token)
    if not found:
        return _no_such_link(request)
    try:
        actions.erase_need(found[0])
    except actions.StateChanged:
        messages.info(request, _("This has changed in the meantime. Here is how it stands."))
        return redirect("need_data", token)
    draft.forget(request)
    messages.success(request, _("Everything about you is erased. This cannot be undone."))
    return redirect("home")


def _no_such_link(request: HttpRequest) -> HttpResponse:
    """The same page as for every wrong link."""
    return render(request, "needs/no_such_link.html", status=404)
