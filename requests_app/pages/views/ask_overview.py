"""From one need of an ask to the others that belong to it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from requests_app.access.links import make_link
from requests_app.pages.views.decorators import Visit, by_link


@require_POST
@by_link
def need_also(visit: Visit, public_id: UUID) -> HttpResponse:
    """Open the page of another need of the same ask, by a link of its own made now."""
    other = visit.need.together().filter(public_id=public_id).first()
    if other is None:
        return redirect("need_private", visit.token)
    return redirect("need_private", make_link(other, with_code=False))
