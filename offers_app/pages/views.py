"""The pages on which someone says what they can give, changes it, pauses and stops."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.forms.drafts import (
    ALL_LET_GO,
    CHANGED,
    LET_GO,
    Answers,
    mark_of,
    typed_into,
    were_shown,
)
from mutualaid.http import PersonRequest, private_page
from mutualaid.methods import post_only
from mutualaid.notify.actions import limit_invitations
from mutualaid.people.introductions import standing_of
from mutualaid.people.models import User
from offers_app import actions
from offers_app.models import Offer
from offers_app.pages.forms import PauseForm, Setting
from offers_app.pages.wizard import (
    CHECK,
    OFFER,
    STEPS,
    WHAT,
    Step,
    Wizard,
    groups_of,
    setting_for,
    step_named,
    values_of,
)
from offers_app.signals import look_at_once
from offers_app.states import COUNTS

JUST_SENT = timedelta(minutes=15)
"""So long answers that are sent again are taken for the same ones."""


@login_not_required
@private_page
@require_safe
def offer(request: HttpRequest) -> HttpResponse:
    """My offer as it stands; whoever has none begins to say it."""
    mine = _offer_of(request)
    return _page(request, mine, PauseForm()) if mine else redirect("offer_step", WHAT.name)


@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def offer_step(request: HttpRequest, name: str) -> HttpResponse:
    """One page of questions: what was typed is kept, and a valid answer leads to the next page."""
    answers = OFFER.load(request)
    if not answers and request.method != "POST" and _offer_of(request):
        return redirect("offer")
    if name == CHECK:
        return _check(request, answers)
    step = _step_or_404(name)
    if request.method != "POST":
        return _question(request, step, _wizard(request, answers))
    has_lost_pages = not answers and step is not WHAT
    answers[step.name] = typed_into(step.form, request.POST)
    OFFER.save(request, answers)
    wizard = _wizard(request, answers)
    if has_lost_pages:
        return _question(request, step, wizard, notice=LET_GO)
    if wizard.form(step).is_valid():
        missing = wizard.first_unanswered()
        return redirect("offer_step", missing.name if missing else CHECK)
    return _question(request, step, wizard)


@login_not_required
@post_only("offer")
def offer_forget(request: HttpRequest) -> HttpResponse:
    """Delete the draft."""
    OFFER.forget(request)
    messages.success(request, _("What you typed is gone."))
    return redirect("home")


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def offer_change(request: PersonRequest, name: str) -> HttpResponse:
    """Change one page of my offer; all else stays."""
    step = _step_or_404(name)
    mine = Offer.objects.filter(volunteer=request.user).first()
    if mine is None:
        return redirect("offer")
    setting = setting_for(mine.localities.all()) if step is WHAT else Setting()
    typed = request.POST if request.method == "POST" else None
    form = step.form(typed, setting=setting, initial=values_of(mine))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            changes = _without_limit(request.user, form.cleaned_data)
            actions.change_own_offer(mine, changes)
        _look(mine)
        messages.success(request, _("Saved. We'll keep to that from now on."))
        return redirect("offer")
    return render(request, "offers/change.html", {"form": form})


@private_page
@post_only("offer")
def offer_again(request: PersonRequest) -> HttpResponse:
    """I offer what stands there: again, or for the first time where a list said it of me."""
    return _offered(request, actions.renew_offer(_mine(request)))


@private_page
@post_only("offer")
def offer_pause(request: PersonRequest) -> HttpResponse:
    mine = _mine(request)
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, mine, form)
    is_paused = actions.pause_offer(mine, until=form.cleaned_data["until"])
    _tell(request, is_paused, _("You're taking a break. No one will ask you for now."))
    return redirect("me")


@private_page
@post_only("offer")
def offer_keep(request: PersonRequest) -> HttpResponse:
    """My offer still holds."""
    is_kept = actions.keep_offer(_mine(request))
    _tell(request, is_kept, _("Thank you! Your offer stays as it is."))
    return redirect("offer")


@private_page
@post_only("offer")
def offer_stop(request: PersonRequest) -> HttpResponse:
    """I do not offer this any more."""
    actions.withdraw_offer(_mine(request))
    messages.success(request, _("Thank you for all you gave. No one will ask you any more."))
    return redirect("offer")


@private_page
@post_only("me")
def offer_resume(request: PersonRequest) -> HttpResponse:
    mine = _mine(request)
    is_resumed = actions.resume_offer(mine)
    _look(mine)
    _tell(request, is_resumed, _("Welcome back! We're looking for needs that fit you."))
    return redirect("me")


def _check(request: HttpRequest, answers: Answers) -> HttpResponse:
    """Show all answers for checking; on POST make the offer of who is signed in."""
    user = _user(request)
    wizard = _wizard(request, answers)
    missing = wizard.first_unanswered()
    mine = None if answers else _offer_of(request)
    if mine and timezone.now() - mine.confirmed_at < JUST_SENT:  # twice, as by a double click
        return redirect("help_list")
    if missing:
        if not answers:
            messages.info(request, str(ALL_LET_GO))
        return redirect("offer") if mine else redirect("offer_step", missing.name)
    if request.method != "POST":
        context = {
            "groups": groups_of(wizard.cleaned(), changed_at="offer_step"),
            "replaces": _offer_of(request),
            "next": reverse("offer_step", args=[CHECK]),
            "shown": mark_of(answers),
        }
        return render(request, "offers/check.html", context)
    if user is None:
        return redirect_to_login(request.path)
    if not were_shown(request, answers):
        messages.info(request, str(CHANGED))
        return redirect("offer_step", CHECK)
    with transaction.atomic():
        saved = actions.save_offer(by=user, **_without_limit(user, wizard.cleaned()))
    OFFER.forget(request)
    return _offered(request, saved)


def _offered(request: HttpRequest, mine: Offer) -> HttpResponse:
    """Look for what fits, and lead there."""
    _look(mine)
    if mine.state in COUNTS:
        messages.success(request, _("Thank you! We're looking for needs that fit you."))
    else:
        messages.info(request, _("Saved. No one will ask you for now."))
    return redirect("help_list")


def _look(mine: Offer) -> None:
    """Find at once what fits: they wait for the page."""
    look_at_once.send(sender=Offer, offer=mine)


def _without_limit(user: User, answers: dict[str, Any]) -> dict[str, Any]:
    """Keep how often they want to be asked, which is no part of the offer; returns the other answers."""
    if "invitations_per_week" not in answers:
        return answers
    limit_invitations(user, answers["invitations_per_week"])
    return {name: value for name, value in answers.items() if name != "invitations_per_week"}


def _question(
    request: HttpRequest, step: Step, wizard: Wizard, *, notice: str | Promise = ""
) -> HttpResponse:
    index = STEPS.index(step)
    context = {
        "form": wizard.form(step),
        "number": index + 1,
        "total": len(STEPS) + 1,
        "back": STEPS[index - 1].name if index else "",
        "notice": notice,
    }
    return render(request, "offers/step.html", context)


def _page(request: HttpRequest, mine: Offer, pause: PauseForm) -> HttpResponse:
    context = {
        "offer": mine,
        "groups": groups_of(values_of(mine), changed_at="offer_change"),
        "pause_form": pause,
        "standing": standing_of(mine.volunteer),
    }
    return render(request, "offers/offer.html", context)


def _tell(request: HttpRequest, is_done: bool, thanks: str) -> None:
    """`thanks`, or kindly that it was no longer possible."""
    if is_done:
        messages.success(request, thanks)
    else:
        messages.info(request, _("This has changed in the meantime. Here's how things stand."))


def _wizard(request: HttpRequest, answers: Answers) -> Wizard:
    return Wizard(answers, user=_user(request))


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _offer_of(request: HttpRequest) -> Offer | None:
    """The offer of who is signed in; None without one."""
    user = _user(request)
    return (
        Offer.objects.filter(volunteer=user).select_related("volunteer").first() if user else None
    )


def _mine(request: PersonRequest) -> Offer:
    """Raises `Http404` for who has none."""
    return get_object_or_404(Offer.objects.select_related("volunteer"), volunteer=request.user)


def _step_or_404(name: str) -> Step:
    step = step_named(name)
    if step is None:
        raise Http404
    return step
