"""The neighbour would rather have somebody else than the person who said yes."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.http import private_page
from mutualaid.people.models import display_name
from requests_app import actions
from requests_app.links import need_by_token
from requests_app.views.private import no_such_link


@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def need_helper_cancel(request: HttpRequest, token: str, claim: UUID) -> HttpResponse:
    """Are you sure? A page of its own, for there is no JavaScript to ask; a POST does it."""
    found = need_by_token(token)
    if not found:
        return no_such_link(request)
    coming = found[0].leading.claims.on_the_way().select_related("need__contact", "volunteer")
    theirs = coming.filter(public_id=claim).first()
    if theirs is None:
        return redirect("need_private", token)
    if request.method != "POST":
        context = {"token": token, "claim": theirs, "name": display_name(theirs.volunteer)}
        return render(request, "needs/helper_cancel.html", context)
    try:
        actions.cancel_helper(theirs)
    except actions.StateChanged:
        messages.info(request, _("This has changed in the meantime. Here is how it stands."))
    else:
        messages.success(request, _("That is all right. We look for somebody else now."))
    return redirect("need_private", token)
