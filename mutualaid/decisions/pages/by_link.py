"""For a neighbour without an account, by the private link of their ask: shown beside, not counted."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.decisions.models import Decision
from mutualaid.decisions.pages.decorators import while_we_decide
from mutualaid.decisions.pages.lists import open_to_voice
from mutualaid.decisions.pages.proposal import proposal_page
from mutualaid.decisions.pages.voices import Neighbour
from requests_app.pages.views.decorators import Visit, by_link


@while_we_decide
@require_safe
@by_link
def decisions_by_link(visit: Visit) -> HttpResponse:
    """What they may say something about."""
    return open_to_voice(visit.request, Neighbour(visit.ask, visit.token))


@while_we_decide
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def decision_by_link(visit: Visit, public_id: UUID) -> HttpResponse:
    """One proposal. Raises `Http404` for one from before they asked."""
    voice = Neighbour(visit.ask, visit.token)
    found = get_object_or_404(Decision, public_id=public_id)
    if found.opened_at < visit.ask.created_at:
        raise Http404
    return proposal_page(visit.request, found, voice)
