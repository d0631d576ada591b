"""The pages on which a neighbour asks for help."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.http import private_page
from mutualaid.methods import post_only
from mutualaid.people.models import User
from mutualaid.resources.near import near
from requests_app.access.floods import reason_to_hold
from requests_app.access.links import make_link
from requests_app.pages.ask import draft
from requests_app.pages.ask.wizard import CHECK, STEP_NAMED, STEPS, Step, Wizard, post_answers

LET_GO = gettext_lazy(
    "We no longer have what you wrote on the pages before. To keep it safe, we forget it after an hour,"
    " and when you close your browser. What you wrote just now is still here. Continue, and we ask you"
    " the rest again."
)
ALL_LET_GO = gettext_lazy(
    "We have nothing of what you wrote. To keep it safe, we forget it after an hour, when you close your"
    " browser, and when it is sent. If it was not sent yet, please start again here."
)


@login_not_required
@require_http_methods(["GET", "HEAD"])
def start(request: HttpRequest) -> HttpResponse:
    return redirect("ask_step", STEPS[0].name)


@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask_step(request: HttpRequest, name: str) -> HttpResponse:
    """One page of questions: what was typed is kept, and a valid answer leads to the next page."""
    answers = draft.load(request)
    if name == CHECK:
        return _check(request, answers)
    answers.pop(draft.SENT, None)
    step = STEP_NAMED.get(name)
    if step is None:
        raise Http404
    if request.method != "POST":
        return _page(request, step, Wizard(answers))
    has_lost_pages = not answers and step is not STEPS[0]
    answered = answers.get(step.name, {})
    answers[step.name] = draft.typed_into(step.form, request.POST)
    wizard = Wizard(answers)
    form = wizard.form(step.name)
    # What is not asked as things stand, as while the kind is not known, stays answered.
    not_asked = form.base_fields.keys() - form.fields.keys()
    answers[step.name] |= {n: answered[n] for n in not_asked & answered.keys()}
    draft.save(request, answers)
    if has_lost_pages and step is not STEPS[1]:
        return _page(request, step, wizard, notice=LET_GO)
    if has_lost_pages:  # without the group there are no kinds to choose from
        messages.info(request, str(LET_GO))
        return redirect("ask_step", STEPS[0].name)
    if form.is_valid():
        missing = wizard.first_unanswered()
        return redirect("ask_step", missing.name if missing else CHECK)
    return _page(request, step, wizard)


@login_not_required
@post_only("ask")
def start_over(request: HttpRequest) -> HttpResponse:
    """Delete the draft."""
    draft.forget(request)
    messages.success(request, _("What you typed is gone."))
    return redirect("home")


def _check(request: HttpRequest, answers: draft.Answers) -> HttpResponse:
    """Show all answers for checking, and send the ask on POST."""
    if draft.SENT in answers:  # sent twice, as by a double click: the same receipt again
        return redirect("ask_private", answers[draft.SENT]["token"])
    wizard = Wizard(answers)
    missing = wizard.first_unanswered()
    if missing:
        if not answers:
            messages.info(request, str(ALL_LET_GO))
        return redirect("ask_step", missing.name)
    if request.method != "POST":
        answered = wizard.cleaned()
        context = {
            "rows": wizard.summary(),
            "near": near(answered["category"], answered["locality"]),
        }
        return render(request, "needs/ask_check.html", context)
    account = request.user if isinstance(request.user, User) else None
    answered = wizard.cleaned()
    points = fingerprints(answered["phone"], answered["email"])
    held_back = reason_to_hold(request, points, trap_is_filled=answered["website"])
    with transaction.atomic():
        token = make_link(post_answers(wizard, account=account, held_back=held_back))
    draft.save(request, {draft.SENT: {"token": token}})
    return redirect("ask_private", token)


def _page(
    request: HttpRequest, step: Step, wizard: Wizard, *, notice: str | Promise = ""
) -> HttpResponse:
    index = STEPS.index(step)
    context = {
        "form": wizard.form(step.name),
        "step": step,
        "number": index + 1,
        "total": len(STEPS) + 1,
        "back": STEPS[index - 1].name if index else None,
        "notice": notice,
    }
    return render(request, "needs/ask_step.html", context)
