"""A volunteer calls: "I can't come." From their page, or the need's, two clicks look for someone else."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from mutualaid.admin.site import admin_page
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Claim


@admin_page(
    "cannot-come/<uuid:public_id>/", name="cannot_come", permission="requests_app.coordinate_need"
)
def cannot_come(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what will happen; on a POST release the claim as the volunteer who told us would."""
    related = ("need__ask", "need__category", "need__locality", "volunteer")
    claim = get_object_or_404(Claim.objects.select_related(*related), public_id=public_id)
    if request.method != "POST":
        return _page(request, claim)
    me = coordinator(cast(User, request.user))
    try:
        actions.release_claim(claim, by=me, told_by_volunteer=True)
    except StateChanged:
        claim.refresh_from_db()
        messages.warning(request, _("This has changed in the meantime. Here's how things stand."))
        return _page(request, claim)
    sentence = _(
        "%(name)s need not come any more. We look for someone else, and the neighbour is told."
    )
    messages.success(request, sentence % {"name": claim.volunteer})
    return redirect("admin:requests_app_need_change", claim.need_id)


def _page(request: HttpRequest, claim: Claim) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Someone can't come"),
        "claim": claim,
        "can_release": Claim.objects.on_the_way().filter(pk=claim.pk).exists(),
    }
    return TemplateResponse(request, "admin/cannot_come.html", context)
