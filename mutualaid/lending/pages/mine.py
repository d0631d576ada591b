"""My things: what waits for my word, what I lent and borrowed, what I have on the list."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.http import PersonRequest
from mutualaid.lending import actions
from mutualaid.lending.models import Loan, Thing, ThingRequest
from mutualaid.lending.near import needs_near
from mutualaid.lending.pages import lists
from mutualaid.lending.pages.decorators import my_page
from mutualaid.lending.pages.forms import DayForm, ThingForm
from mutualaid.lending.refusals import REFUSALS, refused_because
from mutualaid.lending.states import SAID_OF_A_LOAN, Mode
from mutualaid.methods import post_only
from mutualaid.people.models import User
from mutualaid.people.ratelimit import DAY, Limit

LISTED_A_DAY = Limit("things", 60, DAY)
"""Things that one person lists or changes; more than fit on the list. Assumed, not measured."""
SHOW = ["GET", "HEAD", "POST"]
STEPS = {
    "pause": (actions.pause, gettext_lazy("No one sees it until you list it again.")),
    "resume": (actions.resume, gettext_lazy("It is on the list again.")),
    "withdraw": (actions.withdraw, gettext_lazy("It is off the list.")),
    "show": (actions.show_to_all, gettext_lazy("Everyone can see it now.")),
}


@my_page
@require_safe
def my_things(request: PersonRequest) -> HttpResponse:
    """All that is mine: first what waits for me."""
    user = request.user
    context = {
        "wishes": lists.wishes_for(user),
        "lent": lists.lent_by(user),
        "borrowed": lists.borrowed_by(user),
        "things": lists.listed_by(user),
        "day_form": DayForm(),
    }
    return render(request, "lending/mine.html", context)


@my_page
@require_http_methods(SHOW)
def add(request: PersonRequest) -> HttpResponse:
    """List a thing. A surplus leads on to the needs near by that it may fit."""
    posted = request.POST if request.method == "POST" else None
    form = ThingForm(posted, area=request.user.locality)
    if form.is_bound and form.is_valid():
        listed = list[Thing]()
        if _try(request, form, lambda: listed.append(_list(form, request.user))):
            [thing] = listed
            messages.success(request, _("It is on the list. Thank you!"))
            if thing.mode == Mode.SURPLUS and needs_near(thing):
                return redirect("thing_near", thing.public_id)
            return redirect("my_things")
    return render(request, "lending/form.html", {"form": form})


@my_page
@require_http_methods(SHOW)
def change(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Change a thing of mine that is on the list."""
    thing = _mine(request, public_id)
    if not thing.is_listed:
        return redirect("my_things")
    form = ThingForm(request.POST if request.method == "POST" else None, thing=thing)
    if form.is_bound and form.is_valid():
        details = form.details()
        if _try(request, form, lambda: actions.change_thing(thing, details, by=request.user)):
            messages.success(request, _("Changed."))
            return redirect("my_things")
    return render(request, "lending/form.html", {"form": form, "thing": thing})


@my_page
@require_http_methods(SHOW)
def near(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Needs near by that a surplus of mine may fit; a POST says yes to one of them."""
    thing = _mine(request, public_id)
    if not thing.is_listed or thing.mode != Mode.SURPLUS:
        return redirect("my_things")
    needs = needs_near(thing)
    if request.method == "POST":
        need = next((n for n in needs if str(n.public_id) == request.POST.get("need")), None)
        if need is None:
            messages.info(request, refused_because(actions.RunOut()))
            return redirect("thing_near", thing.public_id)
        try:
            claim = actions.bring(thing, need, by=request.user)
        except tuple(REFUSALS) as refusal:
            messages.info(request, refused_because(refusal))
            return redirect("thing_near", thing.public_id)
        messages.success(request, _("Thank you for saying yes!"))
        return redirect("claim", claim.public_id)
    return render(request, "lending/near.html", {"thing": thing, "needs": needs})


@my_page
@post_only("my_things")
def do(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Pause a thing, list it again, take it off, or show it to everyone now."""
    thing = _mine(request, public_id)
    name = next((one for one in STEPS if one in request.POST), None)
    if name is None:
        raise Http404
    action, said = STEPS[name]
    _say(request, lambda: action(thing, by=request.user), str(said))
    return redirect("my_things")


@my_page
@post_only("my_things")
def answer(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Say yes or no to someone who could use a thing of mine."""
    told = ThingRequest.objects.select_related("thing", "need__ask", "need__category")
    wish = get_object_or_404(told, public_id=public_id, thing__owner=request.user)
    if "yes" in request.POST:
        try:
            claim = actions.say_yes(wish, by=request.user)
        except tuple(REFUSALS) as refusal:
            messages.info(request, refused_because(refusal))
            return redirect("my_things")
        messages.success(request, _("Thank you for saying yes!"))
        return redirect("claim", claim.public_id)
    said = _("That's all right. We'll ask someone else.")
    _say(request, lambda: actions.say_no(wish, by=request.user), said)
    return redirect("my_things")


@my_page
@post_only("my_things")
def loan(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Say what became of a loan that I gave or took; lend it longer, list it again, ask for help."""
    related = Loan.objects.select_related("request__thing__owner", "request__need__ask")
    lent = get_object_or_404(related, public_id=public_id)
    user = request.user
    if not (lent.thing.owner_id == user.pk or lent.request.need.ask.is_of(user)):
        raise Http404
    outcome = next((one for one in SAID_OF_A_LOAN if one in request.POST), None)
    if outcome:
        said = _("Thank you for telling us. That's fine.")
        _say(request, lambda: actions.end_loan(lent, outcome, by=user), said)
    elif "again" in request.POST:
        _say(request, lambda: actions.list_again(lent, by=user), _("It is on the list again."))
    elif "help" in request.POST:
        said = _("A coordinator will get in touch with you.")
        _say(request, lambda: actions.ask_for_help(lent, by=user), said)
    elif day := DayForm(request.POST).day_or_none():
        said = _("Changed. We remind both of you the day before.")
        _say(request, lambda: actions.change_day(lent, day, by=user), said)
    else:
        messages.info(request, _("Choose the day."))
    return redirect("my_things")


def _mine(request: PersonRequest, public_id: UUID) -> Thing:
    mine = Thing.objects.of(request.user).select_related("category", "locality", "owner")
    thing: Thing = get_object_or_404(mine, public_id=public_id)
    return thing


def _list(form: ThingForm, user: User) -> Thing:
    return actions.list_thing(form.details(), by=user)


def _try(request: PersonRequest, form: ThingForm, act: Callable[[], object]) -> bool:
    """Act; where it is refused, the form says why, and False is returned."""
    if LISTED_A_DAY.exceeded_until(str(request.user.pk)):
        form.add_error(None, _("You listed a lot today. Please go on tomorrow."))
        return False
    try:
        act()
    except ValidationError as error:
        form.add_error(None, error)
    except tuple(REFUSALS) as refusal:
        form.add_error(None, str(refused_because(refusal)))
    else:
        return True
    return False


def _say(request: PersonRequest, act: Callable[[], object], said: str) -> None:
    """Act, and say that it is done, or why it is not."""
    try:
        act()
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
    except tuple(REFUSALS) as refusal:
        messages.info(request, refused_because(refusal))
    else:
        messages.success(request, said)
