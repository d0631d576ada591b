"""My hours, for me alone: noting some with someone, and answering what others noted with me."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.hours import actions, lists
from mutualaid.hours.durations import in_words
from mutualaid.hours.forms import GAVE, HelpForm, NoteForm
from mutualaid.hours.models import HourNote
from mutualaid.hours.rules import day_of
from mutualaid.hours.sentences import NOT_RIGHT, REFUSALS, balance_in_words, said_after
from mutualaid.http import PersonRequest, private_page
from mutualaid.methods import post_only
from mutualaid.people.codes import CODES_TYPED
from mutualaid.people.introductions import code_of, is_known
from mutualaid.people.models import BlockedContactPoint
from mutualaid.people.ratelimit import DAY, Limit, network_of, too_often
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app.models import Claim

P = ParamSpec("P")
NOTES = Limit("hours", 20, DAY)
"""Notes that one person writes, each of which asks someone. Assumed, not measured."""
ASK = ["GET", "HEAD", "POST"]
View = Callable[Concatenate[PersonRequest, P], HttpResponse]


def hours_page(view: View[P]) -> View[P]:
    """Decorate a view: its page is not found while hours are off, nor by whom the group has blocked."""

    @private_page
    @wraps(view)
    def wrapped(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not current_policy().counts_hours:
            raise Http404
        if BlockedContactPoint.objects.of_account(request.user).exists():
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@hours_page
@require_safe
def hours(request: PersonRequest) -> HttpResponse:
    """My balance in words, what waits, and all that I noted."""
    user = request.user
    page = Paginator(lists.settled_of(user), lists.MOST_SHOWN).get_page(request.GET.get("page"))
    can_note = is_known(user)
    context = {
        "balance": balance_in_words(HourNote.objects.balance_of(user.pk)),
        "limit": in_words(current_policy().hours_limit * 60),
        "waiting": lists.waiting_for(user),
        "for_coordinator": [(note, in_words(note.minutes)) for note in lists.for_coordinator(user)],
        "helps": lists.helps_to_note(user),
        "page": page,
        "settled": [lists.line_of(note, user) for note in page],
        "can_note": can_note,
        "code": code_of(user) if can_note else "",
    }
    return render(request, "hours/hours.html", context)


@hours_page
@require_http_methods(ASK)
def note(request: PersonRequest) -> HttpResponse:
    """Type the code of someone, read their first name and what will be noted, and ask them."""
    form, other = NoteForm(request.POST or None), None
    if request.method == "POST":
        if again_at := CODES_TYPED.exceeded_until(network_of(request)):
            return too_often(request, again_at)
        if form.is_valid():
            other = form.cleaned_data["code"]
            if "sure" in request.POST and _propose(request, form):
                return redirect("hours")
    context: dict[str, Any] = {"form": form, "other": other if not form.errors else None}
    if context["other"]:
        context |= {
            "how_long": in_words(form.cleaned_data["minutes"]),
            "gave": form.cleaned_data["way"] == GAVE,
            "day": form.cleaned_data["day"],
        }
    return render(request, "hours/note.html", context)


@hours_page
@require_http_methods(ASK)
def help_(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Say how long a help took that I gave or received."""
    mine = Q(volunteer=request.user) | Q(need__ask__account=request.user)
    related = Claim.objects.select_related("need__category", "volunteer")
    claim = get_object_or_404(related.filter(mine), public_id=public_id)
    form = HelpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        minutes = form.cleaned_data["minutes"]
        if _try(
            request,
            form,
            lambda: actions.propose_for_help(claim, minutes=minutes, by=request.user),
        ):
            return redirect("hours")
    gave = claim.volunteer_id == request.user.pk
    context = {"form": form, "claim": claim, "day": day_of(claim), "gave": gave}
    return render(request, "hours/help.html", context)


@hours_page
@post_only("hours")
def answer(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Agree to a note, say that it is not right, or take back one's own."""
    note = get_object_or_404(HourNote, public_id=public_id)
    try:
        if "agree" in request.POST:
            messages.success(request, said_after(actions.agree(note, by=request.user)))
        elif "decline" in request.POST:
            actions.decline(note, by=request.user)
            messages.success(request, NOT_RIGHT)
        elif "take_back" in request.POST:
            actions.take_back(note, by=request.user)
            messages.success(request, _("You have taken it back."))
    except actions.NotForYou as refused:
        raise Http404 from refused
    except (actions.HoursOff, StateChanged) as refused:
        messages.info(request, REFUSALS[type(refused)])
    return redirect("hours")


def _propose(request: PersonRequest, form: NoteForm) -> bool:
    data, me = form.cleaned_data, request.user
    giver, receiver = (me, data["code"]) if data["way"] == GAVE else (data["code"], me)
    return _try(
        request,
        form,
        lambda: actions.propose(
            giver=giver, receiver=receiver, minutes=data["minutes"], day=data["day"], by=me
        ),
    )


def _try(request: PersonRequest, form: forms.Form, propose: Callable[[], HourNote]) -> bool:
    """Write a note; where it is refused, the form says why, and False is returned."""
    if NOTES.exceeded_until(str(request.user.pk)):
        form.add_error(None, _("You noted a lot today. Please go on tomorrow."))
        return False
    try:
        propose()
    except ValidationError as error:
        form.add_error(None, error.messages)
    except (actions.HoursOff, actions.NotForYou, actions.NotedAlready) as refused:
        form.add_error(None, str(REFUSALS[type(refused)]))
    else:
        messages.success(request, _("Noted. Now they are asked whether that is right."))
        return True
    return False
