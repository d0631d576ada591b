"""The neighbour would rather have somebody else than the person who said yes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.people.models import display_name
from requests_app import actions
from requests_app.pages.views.decorators import Visit, by_link


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def need_helper_cancel(visit: Visit, claim: UUID) -> HttpResponse:
    """Are you sure? A page of its own, for there is no JavaScript to ask; a POST does it."""
    request, token = visit.request, visit.token
    on_the_way = visit.need.leading.claims.on_the_way()
    theirs = on_the_way.select_related("volunteer").filter(public_id=claim).first()
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
