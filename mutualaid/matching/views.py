"""A volunteer's pages: the needs that fit them, why, and yes or no."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mutualaid.http import PersonRequest, private_page
from mutualaid.matching import actions, refusals
from mutualaid.matching.models import Match
from mutualaid.matching.notifications.volunteers import SAID_YES, how_it_stands
from mutualaid.matching.search.reasons import in_words
from mutualaid.matching.states import DeclineReason
from offers_app.models import Offer
from requests_app.actions import NotForYou, StateChanged, WeekIsFull
from requests_app.models import Claim, Need
from requests_app.states import NeedState

MOST_SHOWN = 50


@private_page
@require_safe
def help_list(request: PersonRequest) -> HttpResponse:
    """Needs that fit me, and what I have taken on."""
    matches = Match.objects.of(request.user).worth_showing()[:MOST_SHOWN]
    mine = Claim.objects.of(request.user).live().select_related("need__category", "need__locality")
    context = {
        "offer": Offer.objects.filter(volunteer=request.user).first(),
        "matches": [(match, in_words(match.lines)) for match in matches],
        "claims": mine.order_by("claimed_at"),
        "ruled_out": refusals.of(request.user),
    }
    return render(request, "matching/help_list.html", context)


@private_page
@require_safe
def help_match(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """One need that fits me, and why. The address is not here."""
    match = _mine(request, public_id)
    contact = match.need.ask.readable_contact
    context = {
        "match": match,
        "need": match.need,
        "name": contact.name if contact else "",
        "reasons": in_words(match.lines),
        "is_open": match.need.state == NeedState.OPEN and not match.need.is_past,
        "why_not": DeclineReason.choices,
    }
    return render(request, "matching/help_match.html", context)


@private_page
@require_POST
def help_accept(request: PersonRequest, public_id: UUID) -> HttpResponse:
    match = _mine(request, public_id)
    try:
        claim = actions.accept(match)
    except (NotForYou, StateChanged, WeekIsFull):
        earlier = match.claim_on_the_way  # a yes that was sent twice
        if earlier is None:
            messages.info(request, str(how_it_stands(match).text))
            return redirect("help_list")
        claim = earlier
    messages.success(request, _("Thank you! Here is how to reach your neighbour."))
    return redirect("claim", claim.public_id)


@private_page
@require_POST
def help_decline(request: PersonRequest, public_id: UUID) -> HttpResponse:
    match, reason = _mine(request, public_id), request.POST.get("reason", "")
    try:
        actions.decline(match, reason if reason in DeclineReason.values else "")
    except actions.AlreadyAccepted as yes:
        messages.warning(request, SAID_YES)
        return redirect("claim", yes.claim.public_id)
    except StateChanged:
        messages.info(request, str(how_it_stands(match).text))
    else:
        messages.success(request, _("That is all right. We ask somebody else."))
    return redirect("help_list")


@private_page
@require_POST
def help_think(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """I am thinking about it: tell me if somebody else takes it."""
    if actions.think_about(_mine(request, public_id)):
        messages.success(request, _("Take your time. We tell you if somebody else takes it."))
    else:
        messages.info(request, _("This has changed in the meantime. Here is how it stands."))
    return redirect("help_match", public_id)


@private_page
@require_POST
def help_again(request: PersonRequest, pk: int) -> HttpResponse:
    """Take back what was ruled out with a no."""
    get_object_or_404(refusals.of(request.user), pk=pk).delete()
    messages.success(request, _("We ask you for it again."))
    return redirect("help_list")


@private_page
@require_safe
def help_need(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """A need found on the board: what it is, and whether it fits what I offer."""
    need = get_object_or_404(Need.objects.on_board(), public_id=public_id)
    match = Match.objects.of(request.user).filter(need=need).first()
    if match:
        return redirect("help_match", match.public_id)
    offer = Offer.objects.filter(volunteer=request.user).first()
    return render(request, "matching/help_need.html", {"need": need, "offer": offer})


@private_page
@require_POST
def help_need_ask(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Look whether this need fits my offer; if so, it is shown to me with the reasons."""
    need = get_object_or_404(Need.objects.on_board(), public_id=public_id)
    match = actions.match_for(request.user, need)
    if match:
        return redirect("help_match", match.public_id)
    messages.info(
        request,
        _(
            "This does not fit your offer: look at the kind of help, the area, the language or your week."
        ),
    )
    return redirect("help_need", public_id)


def _mine(request: PersonRequest, public_id: UUID) -> Match:
    """A match of the person who is signed in; for everybody else it does not exist."""
    related = ("need__category", "need__locality", "need__ask", "offer__volunteer")
    return get_object_or_404(
        Match.objects.of(request.user).select_related(*related), public_id=public_id
    )
