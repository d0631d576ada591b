"""My page, the links from it to what I asked for, and the feed of my calendar."""

from functools import partial
from typing import NamedTuple
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.catalog.area_names import in_text
from mutualaid.catalog.models import Category
from mutualaid.dashboard.address import forget_address, new_address, owner_of
from mutualaid.dashboard.route_sheet import opened, stops_of
from mutualaid.decisions.pages.lists import word_asked_for
from mutualaid.http import PersonRequest, private_page, tls_only
from mutualaid.local_time import this_week
from mutualaid.matching.cards import cards_of
from mutualaid.matching.models import Match
from mutualaid.matching.notifications.volunteers import week_is_full
from mutualaid.methods import post_only
from mutualaid.notify.follow_up.fate import sent_lines, troubles
from mutualaid.notify.models import Notification
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.codes import CODES_TYPED, PersonCodeField
from mutualaid.people.introductions import NotKnown, is_known, standing_of, vouch
from mutualaid.people.models import BlockedContactPoint, User
from mutualaid.people.ratelimit import network_of, too_often
from mutualaid.policy.current import current_policy
from mutualaid.policy.limits import Joining
from mutualaid.transitions import StateChanged
from offers_app.models import Offer
from offers_app.pages.forms import PauseForm
from offers_app.pages.wizard import groups_of, values_of
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.models import Ask, Claim, Need
from requests_app.newcomers import next_contact_at
from requests_app.pages import refusals
from requests_app.pages.claim import sentence_for
from requests_app.pages.standing import how_it_ended
from requests_app.pages.views.decorators import no_such_link
from requests_app.states import LIVE_CLAIM


class NeedLine(NamedTuple):
    """One need of mine: its category, where and when, its state as a code, and how it stands in words."""

    category: Category
    place: str
    state: str
    standing: str


MOST_FITTING = 6
MOST_SHOWN = 20


@private_page
@require_safe
def me(request: PersonRequest) -> HttpResponse:
    """All that is mine: first what waits for me."""
    user = request.user
    offer = Offer.objects.filter(volunteer=user).select_related("volunteer").first()
    related = ("need__category", "need__locality")
    claims = Claim.objects.of(user).select_related(*related).order_by("-claimed_at")
    cards = cards_of(Match.objects.of(user).worth_showing()[:MOST_FITTING])
    standing = standing_of(user)
    is_blocked = BlockedContactPoint.objects.of_account(user).exists()
    changed_at = "" if is_blocked else "offer_change"
    sent = Notification.objects.to(user).prefetch_related("attempts")[:MOST_SHOWN]
    context = {
        "is_blocked": is_blocked,
        "invitations": [card for card in cards if card.is_invited],
        "cards": [card for card in cards if not card.is_invited],
        "claims": [(claim, sentence_for(claim)) for claim in claims.live()],
        "past_claims": claims.exclude(state__in=LIVE_CLAIM)[:MOST_SHOWN],
        "asks": _with_their_needs(_asks_of(request)[:MOST_SHOWN]),
        "offer": offer,
        "groups": groups_of(values_of(offer), changed_at=changed_at) if offer else [],
        "is_full": offer is not None and week_is_full(offer, this_week()),
        "pause_form": PauseForm(),
        "standing": standing,
        "next_contact_at": next_contact_at(user) if standing else None,
        "word_asked_for": word_asked_for(user),
        "can_vouch": current_policy().joining == Joining.MEET_FIRST and is_known(user),
        "counts_hours": current_policy().counts_hours,
        "sent_messages": sent_lines(sent),
        "troubles": troubles(sent, recipient_of(user), has_account=True),
    }
    return render(request, "me/me.html", context)


@private_page
@post_only("me")
def me_ask(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Open the private page of one ask, by a fresh link."""
    ask = get_object_or_404(_asks_of(request), public_id=public_id)
    return redirect("ask_private", make_link(ask, with_code=False))


@private_page
@post_only("me")
def me_calendar(request: PersonRequest) -> HttpResponse:
    """Make a new secret address of my calendar, shown on this page and never again."""
    address = settings.SITE_URL + reverse("calendar", args=[new_address(request.user)])
    return render(request, "me/calendar.html", {"address": address})


@private_page
@post_only("me")
def me_calendar_stop(request: PersonRequest) -> HttpResponse:
    forget_address(request.user)
    messages.success(request, _("The address of your calendar no longer works."))
    return redirect("me")


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def me_route(request: PersonRequest) -> HttpResponse:
    """My tasks on paper; a POST opens the contact details of each, as its own page does, and logs it."""
    stops, is_open = stops_of(request.user), request.method == "POST"
    if is_open:
        look = partial(actions.contact_of_claim, by=request.user)
        stops = opened(stops, look, tuple(refusals.REFUSAL_SENTENCES), refusals.sentence_for)
    context = {
        "stops": stops,
        "is_open": is_open,
        "site_url": settings.SITE_URL,
        "printed_on": timezone.localdate(),
    }
    return render(request, "me/route.html", context)


class VouchForm(forms.Form):
    code = PersonCodeField()


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def me_vouch(request: PersonRequest) -> HttpResponse:
    """Type the code of someone new whom I have met, see their first name, and say so.

    Whoever does not hold the code learns of no one: there is no list and no search.
    """
    if not is_known(request.user):
        messages.info(request, _("You are new here yourself. Later you can do this for others."))
        return redirect("me")
    form, person = VouchForm(request.POST or None), None
    if request.method == "POST":
        if again_at := CODES_TYPED.exceeded_until(network_of(request)):
            return too_often(request, again_at)
        if form.is_valid():
            person = form.cleaned_data["code"]
            if "sure" in request.POST:
                return _vouch(request, person)
    return render(request, "me/vouch.html", {"form": form, "person": person})


def _vouch(request: PersonRequest, person: User) -> HttpResponse:
    try:
        vouch(person, by=request.user)
        messages.success(request, _("Thank you! Their offer counts from now on."))
    except NotKnown:
        messages.info(request, _("You can't do this here. Please talk to a coordinator."))
    except StateChanged:
        messages.info(
            request, _("We know this person already, or a coordinator is talking to them.")
        )
    return redirect("me")


@login_not_required
@tls_only
@private_page
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The feed. Calendars cannot sign in, so the address is the secret."""
    owner = owner_of(token)
    if owner is None:
        return no_such_link(request)
    from mutualaid.dashboard.calendar import calendar_of  # iCalendar is heavy, and seldom asked for

    return HttpResponse(calendar_of(owner), content_type="text/calendar; charset=utf-8")


def _asks_of(request: PersonRequest) -> QuerySet[Ask]:
    """Those with a private page, newest first, without those that were merged into another."""
    asks = Ask.objects.with_way_back().of(request.user).filter(merged_into=None)
    return asks.order_by("-created_at", "-pk")


def _with_their_needs(asks: QuerySet[Ask]) -> list[tuple[Ask, list[NeedLine]]]:
    """Each ask with a line for each of its needs."""
    needs = Need.objects.select_related("category", "locality").order_by("created_at", "pk")
    with_needs = asks.prefetch_related(Prefetch("needs", needs))
    return [
        (ask, [_line(need) for need in ask.needs.all() if not need.merged_into_id])
        for ask in with_needs
    ]


def _line(need: Need) -> NeedLine:
    standing = need.get_state_display() if need.is_live else how_it_ended(need)
    place = f"{in_text(need.locality)} · {need.when}"
    return NeedLine(need.category, place, need.state, capfirst(str(standing)))
