"""A volunteer's pages: the needs that fit them, why, and their yes or no."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mutualaid.catalog.area_names import in_text
from mutualaid.http import PersonRequest, private_page
from mutualaid.local_time import this_week
from mutualaid.matching import actions, refusals
from mutualaid.matching.cards import cards_of
from mutualaid.matching.models import Match
from mutualaid.matching.notifications.volunteers import how_it_stands, obstacle, week_is_full
from mutualaid.matching.search.reasons import in_words
from mutualaid.matching.states import INVITED, DeclineReason
from mutualaid.methods import post_only
from mutualaid.people.introductions import is_newcomer, standing_of
from mutualaid.people.models import BlockedContactPoint, User
from mutualaid.people.sign_in.errands import errand
from offers_app.models import Offer
from requests_app import rules
from requests_app.actions import contact_of_claim
from requests_app.models import Claim, Need
from requests_app.newcomers import next_contact_at
from requests_app.pages.board import how_to_help
from requests_app.pages.claim import sentence_for
from requests_app.pages.refusals import REFUSAL_SENTENCES, tell_refusal

MOST_SHOWN = 50


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Not this time? If you like, say why, and we'll ask you less of it."),
        required=False,
        choices=[("", gettext_lazy("I'd rather not say")), *DeclineReason.choices],
    )

    @classmethod
    def about(cls, need: Need) -> "DeclineForm":
        """An empty form, with the week of this need in its words."""
        form = cls()
        field: Any = form.fields["reason"]
        if need.week != this_week():
            labels = dict(field.choices) | {DeclineReason.NOT_THIS_WEEK: _("Not that week")}
            field.choices = list(labels.items())
        return form


@private_page
@require_safe
def help_list(request: PersonRequest) -> HttpResponse:
    """Needs that fit me, and what I said yes to."""
    matches = Match.objects.of(request.user).worth_showing()[:MOST_SHOWN]
    claims = (
        Claim.objects.of(request.user).live().select_related("need__category", "need__locality")
    )
    offer = _offer_of(request.user)
    standing = standing_of(request.user)
    context = {
        "is_blocked": BlockedContactPoint.objects.of_account(request.user).exists(),
        "offer": offer,
        "is_full": offer is not None and week_is_full(offer, this_week()),
        "cards": cards_of(matches),
        "claims": [(claim, sentence_for(claim)) for claim in claims.order_by("claimed_at")],
        "ruled_out": refusals.of(request.user),
        "standing": standing,
        "next_contact_at": next_contact_at(request.user) if standing else None,
    }
    return render(request, "matching/help_list.html", context)


@private_page
@require_safe
def help_match(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """One need that fits me, and why. The address is not shown."""
    match = _mine(request, public_id)
    need, is_invited = match.need, match.state in INVITED
    shows_name = is_invited and rules.can_see_name(request.user, need)
    contact = need.ask.readable_contact if shows_name else None
    context = {
        "match": match,
        "need": need,
        "name": contact.name if contact else "",
        "reasons": in_words(match.lines),
        "claim": match.claim_on_the_way,
        "obstacle": obstacle(match),
        "decline_form": DeclineForm.about(need),
    }
    return render(request, "matching/help_match.html", context)


@private_page
@post_only("help_match", "public_id")
def help_accept(request: PersonRequest, public_id: UUID) -> HttpResponse:
    match = _mine(request, public_id)
    with _tell_refusal(request, match):
        claim = actions.accept(match)
        messages.success(request, _("Thank you for saying yes!"))
        _open_contact(request, claim)
        return redirect("claim", claim.public_id)
    return redirect("help_list")


@private_page
@post_only("help_match", "public_id")
def help_decline(request: PersonRequest, public_id: UUID) -> HttpResponse:
    match, form = _mine(request, public_id), DeclineForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    with _tell_refusal(request, match):
        actions.decline(match, reason)
        messages.success(request, _("That's all right. We'll ask someone else."))
    claim = match.claim_on_the_way
    return redirect("claim", claim.public_id) if claim else redirect("help_list")


@private_page
@post_only("help_match", "public_id")
def help_think(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """I am thinking about it: tell me if someone else takes it."""
    with tell_refusal(request):
        actions.think_about(_mine(request, public_id))
        messages.success(request, _("Take your time. We'll tell you if someone else takes it."))
    return redirect("help_match", public_id)


@private_page
@post_only("help_list")
def help_again(request: PersonRequest, pk: int) -> HttpResponse:
    """Invite me again for what I ruled out with a no."""
    get_object_or_404(refusals.of(request.user), pk=pk).delete()
    messages.success(request, _("We'll ask you about it again."))
    return redirect("help_list")


def _need_on_board(public_id: UUID) -> str:
    """What this need is and where, as everyone reads it on the board; "" once it is off the board."""
    on_board = Need.objects.on_board().select_related("category", "locality")
    need = on_board.filter(public_id=public_id).first()
    return f"{need.category.label} · {in_text(need.locality)}" if need else ""


@errand(_need_on_board)
@private_page
@require_safe
def help_need(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """A need found on the board: what it is, and whether it fits what I offer."""
    need = get_object_or_404(Need.objects.on_board(), public_id=public_id)
    match = Match.objects.of(request.user).filter(need=need).first()
    if match:
        return redirect("help_match", match.public_id)
    offer = _offer_of(request.user)
    context = {
        "need": need,
        "how": how_to_help(need),
        "offer": offer,
        "is_full": offer is not None and week_is_full(offer, need.week),
    }
    return render(request, "matching/help_need.html", context)


@private_page
@post_only("help_need", "public_id")
def help_need_ask(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Match this need with my offer; where it fits, show it with the reasons."""
    need = get_object_or_404(Need.objects.on_board(), public_id=public_id)
    match = actions.match_for(request.user, need)
    if match:
        return redirect("help_match", match.public_id)
    messages.info(
        request,
        _(
            "This doesn't fit your offer. Look at the kind of help, the area, the language or"
            " your week."
        ),
    )
    return redirect("help_need", public_id)


def _open_contact(request: PersonRequest, claim: Claim) -> None:
    """Open how to reach the neighbour with the yes. Someone new opens it themself: it counts (ADR 46)."""
    if not is_newcomer(request.user):
        with suppress(*REFUSAL_SENTENCES):
            contact_of_claim(claim, by=request.user)


def _offer_of(user: User) -> Offer | None:
    return Offer.objects.filter(volunteer=user).select_related("volunteer").first()


def _mine(request: PersonRequest, public_id: UUID) -> Match:
    """A match of the person who is signed in. Raises `Http404` for everyone else."""
    related = ("need__category", "need__locality", "need__ask", "offer__volunteer")
    return get_object_or_404(
        Match.objects.of(request.user).select_related(*related), public_id=public_id
    )


@contextmanager
def _tell_refusal(request: PersonRequest, match: Match) -> Iterator[None]:
    """Answer a match within the block; where that is refused, the next page says how the match stands."""
    with tell_refusal(request):
        try:
            yield
        except actions.ANSWER_REFUSED:
            messages.warning(request, str(how_it_stands(match).text))
