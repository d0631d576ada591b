"""The pages on which someone says what they can give, pauses and stops."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.http import PersonRequest, private_page
from mutualaid.methods import post_only
from mutualaid.people.introductions import standing_of
from offers_app import actions
from offers_app.forms import LimitsForm, OfferForm, PauseForm
from offers_app.models import Offer
from offers_app.states import COUNTS


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: PersonRequest) -> HttpResponse:
    """Make or change my offer."""
    mine = Offer.objects.filter(volunteer=request.user).first()
    form = OfferForm(request.POST or None, initial=_initial(mine))
    if request.method == "POST" and form.is_valid():
        saved = actions.save_offer(by=request.user, **form.cleaned_data)
        if saved.state in COUNTS:
            messages.success(request, _("Thank you! We're looking for needs that fit you."))
        else:
            messages.info(request, _("Saved. No one will ask you for now."))
        return redirect("help_list")
    return _page(request, mine, form, PauseForm())


@private_page
@post_only("me")
def offer_limits(request: PersonRequest) -> HttpResponse:
    mine = get_object_or_404(Offer, volunteer=request.user)
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return render(request, "offers/limits.html", {"form": form})
    actions.set_limits(mine, **form.cleaned_data)
    messages.success(request, _("Saved. We'll stay within these limits from now on."))
    return redirect("me")


@private_page
@post_only("me")
def offer_pause(request: PersonRequest) -> HttpResponse:
    mine = get_object_or_404(Offer, volunteer=request.user)
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, mine, OfferForm(initial=_initial(mine)), form)
    is_paused = actions.pause_offer(mine, until=form.cleaned_data["until"])
    _tell(request, is_paused, _("You're taking a break. No one will ask you for now."))
    return redirect("me")


@private_page
@post_only("offer")
def offer_keep(request: PersonRequest) -> HttpResponse:
    """My offer still holds."""
    is_kept = actions.keep_offer(get_object_or_404(Offer, volunteer=request.user))
    _tell(request, is_kept, _("Thank you! Your offer stays as it is."))
    return redirect("offer")


@private_page
@post_only("offer")
def offer_stop(request: PersonRequest) -> HttpResponse:
    """I do not offer this any more."""
    actions.withdraw_offer(get_object_or_404(Offer, volunteer=request.user))
    messages.success(request, _("Thank you for all you gave. No one will ask you any more."))
    return redirect("offer")


@private_page
@post_only("me")
def offer_resume(request: PersonRequest) -> HttpResponse:
    is_resumed = actions.resume_offer(get_object_or_404(Offer, volunteer=request.user))
    _tell(request, is_resumed, _("Welcome back! We're looking for needs that fit you."))
    return redirect("me")


def _tell(request: HttpRequest, is_done: bool, thanks: str) -> None:
    """`thanks`, or kindly that it was no longer possible."""
    if is_done:
        messages.success(request, thanks)
    else:
        messages.info(request, _("This has changed in the meantime. Here's how things stand."))


def _page(
    request: PersonRequest, mine: Offer | None, form: OfferForm, pause: PauseForm
) -> HttpResponse:
    standing = standing_of(request.user)
    context = {"offer": mine, "form": form, "pause_form": pause, "standing": standing}
    return render(request, "offers/offer.html", context)


def _initial(mine: Offer | None) -> dict[str, Any]:
    """The values of the form for the offer as it stands; empty for a first one."""
    if mine is None:
        return {}
    return {
        "categories": list(mine.categories.values_list("pk", flat=True)),
        "localities": list(mine.localities.values_list("slug", flat=True)),
        "languages": list(mine.languages.values_list("code", flat=True)),
        "reach_km": mine.reach_km,
        "week_parts": mine.week_parts,
        "per_week": mine.per_week,
        "has_vehicle": mine.has_vehicle,
    }
