"""From one need of an ask to the others that belong to it."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from mutualaid.http import private_page
from requests_app.links import make_link, need_by_token
from requests_app.views.private import no_such_link


@login_not_required
@private_page
@require_POST
def need_also(request: HttpRequest, token: str, public_id: UUID) -> HttpResponse:
    """Open the page of another need of the same ask, by a link of its own made now."""
    found = need_by_token(token)
    if not found:
        return no_such_link(request)
    other = found[0].together().filter(public_id=public_id).first()
    if other is None:
        return redirect("need_private", token)
    return redirect("need_private", make_link(other, with_code=False))
