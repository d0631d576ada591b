"""The neighbour would rather have somebody else than the person who said yes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.people.models import display_name
from requests_app import actions
from requests_app.models import Claim
from requests_app.pages.private import title_of
from requests_app.pages.refusals import tell_refusal
from requests_app.pages.views.decorators import Visit, by_link


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def need_helper_cancel(visit: Visit, claim: UUID) -> HttpResponse:
    """Are you sure? A page of its own, for there is no JavaScript to ask; a POST does it."""
    on_the_way = Claim.objects.on_the_way().filter(need__ask=visit.ask, public_id=claim)
    theirs = on_the_way.select_related("need__category", "need__ask", "volunteer").first()
    if theirs is None:
        return visit.back()
    if visit.request.method != "POST":
        context = {
            "token": visit.token,
            "title": title_of(theirs.need),
            "name": display_name(theirs.volunteer),
        }
        return render(visit.request, "needs/helper_cancel.html", context)
    with tell_refusal(visit.request, about=title_of(theirs.need)):
        actions.cancel_helper(theirs)
        messages.success(visit.request, _("That is all right. We look for somebody else now."))
    return visit.back()
