"""The pages on which a neighbour asks for help."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.forms.drafts import (
    ALL_LET_GO,
    CHANGED,
    LET_GO,
    Answers,
    mark_of,
    typed_into,
    were_shown,
)
from mutualaid.forms.sent import typed_in
from mutualaid.http import private_page
from mutualaid.methods import post_only
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.resources.models import Resource
from mutualaid.resources.near import MOST_NEAR, near
from requests_app.access.floods import reason_to_hold
from requests_app.access.links import make_link
from requests_app.models import Ask
from requests_app.pages.ask.draft import ASK, SENT
from requests_app.pages.ask.prefill import prefilled
from requests_app.pages.ask.summary import summary_of
from requests_app.pages.ask.wizard import (
    CHECK,
    KIND,
    WHAT,
    WHO,
    Page,
    Wizard,
    page_named,
    post_answers,
    without_thing,
)
from requests_app.signals import ask_sent


@login_not_required
@require_http_methods(["GET", "HEAD"])
def start(request: HttpRequest) -> HttpResponse:
    return redirect("ask_step", WHO.name)


@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask_step(request: HttpRequest, name: str) -> HttpResponse:
    """One page of questions: what was typed is kept, and a valid answer leads to the next page."""
    answers = ASK.load(request)
    if not answers and current_policy().is_asking_paused:  # whoever has begun may finish
        return _paused(request)
    if name == CHECK:
        return _check(request, answers)
    answers.pop(SENT, None)
    page = page_named(name)
    if page is None:
        raise Http404
    if page.thing > Wizard(answers).n_things + 1:
        page = Page(page.step)  # of a thing that was forgotten: what was typed is of the first one
    if request.method != "POST":
        return _page(request, page, Wizard(answers))
    has_lost_pages = not answers and page.step is not WHO
    answered = answers.get(page.name, {})
    answers[page.name] = typed_into(page.step.form, request.POST)
    wizard = Wizard(answers)
    form = wizard.form(page)
    # What is not asked as things stand, as while the kind is not known, stays answered.
    not_asked = form.base_fields.keys() - form.fields.keys()
    answers[page.name] |= {n: answered[n] for n in not_asked & answered.keys()}
    ASK.save(request, answers)
    if has_lost_pages and page.step is not KIND:
        return _page(request, page, wizard, notice=LET_GO)
    if has_lost_pages:  # without the group there are no kinds to choose from
        messages.info(request, str(LET_GO))
        return redirect("ask_step", WHO.name)
    if form.is_valid():
        missing = wizard.first_unanswered()
        return redirect("ask_step", missing.name if missing else CHECK)
    return _page(request, page, wizard)


@login_not_required
@post_only("ask")
def start_over(request: HttpRequest) -> HttpResponse:
    """Delete the draft."""
    ASK.forget(request)
    messages.success(request, _("What you typed is gone."))
    return redirect("home")


@login_not_required
@post_only("ask")
def leave_out(request: HttpRequest, thing: int) -> HttpResponse:
    """Delete one of several things from the draft."""
    answers = ASK.load(request)
    n_things = Wizard(answers).n_things
    if n_things > 1 and 1 <= thing <= n_things:
        ASK.save(request, without_thing(answers, thing))
    return redirect("ask_step", CHECK)


def _paused(request: HttpRequest) -> HttpResponse:
    """What the group says while no new asks are taken, what is near meanwhile, and what was typed."""
    context = {
        "policy": current_policy(),
        "resources": Resource.objects.shown()[:MOST_NEAR],
        "kept": typed_in(request, page=request.path),
    }
    return render(request, "needs/ask_paused.html", context)


def _check(request: HttpRequest, answers: Answers) -> HttpResponse:
    """Show all answers for checking, and send the ask on POST."""
    if SENT in answers:  # sent twice, as by a double click: the same receipt again
        return redirect("ask_private", answers[SENT]["token"])
    wizard = Wizard(answers)
    missing = wizard.first_unanswered()
    if missing:
        if not answers:
            messages.info(request, str(ALL_LET_GO))
        return redirect("ask_step", missing.name)
    shared, things = wizard.shared(), wizard.things()
    if request.method != "POST":
        another = Page(WHAT, wizard.n_things + 1).name if wizard.can_add else ""
        kinds = [kind for thing in things for kind in thing["category"]]
        context = {
            "summary": summary_of(wizard),
            "another": another,
            "shown": mark_of(answers),
            "near": near(kinds, things[0]["locality"]),
        }
        return render(request, "needs/ask_check.html", context)
    if not were_shown(request, answers):
        messages.info(request, str(CHANGED))
        return redirect("ask_step", CHECK)
    account = request.user if isinstance(request.user, User) else None
    points = fingerprints(shared["phone"], shared["email"])
    held_back = reason_to_hold(request, points, trap_is_filled=shared["website"])
    with transaction.atomic():
        ask = post_answers(wizard, account=account, held_back=held_back)
        ask_sent.send(sender=Ask, ask=ask, answers=answers)
        token = make_link(ask)
    ASK.save(request, {SENT: {"token": token}})
    return redirect("ask_private", token)


def _page(
    request: HttpRequest, page: Page, wizard: Wizard, *, notice: str | Promise = ""
) -> HttpResponse:
    pages = wizard.pages()
    index = pages.index(page) if page in pages else None
    form = wizard.form(page)
    if not form.is_bound and isinstance(request.user, User):
        is_for_someone_else = wizard.is_for_someone_else()
        form.initial = prefilled(page.step, request.user, is_for_someone_else=is_for_someone_else)
    context = {
        "form": form,
        "page": page,
        "number": (index or 0) + 1 if page.thing == 1 else None,
        "total": len(pages) + 1,
        "back": _page_before(page, pages, index),
        "can_leave_out": page.thing > 1 and page.thing <= wizard.n_things,
        "notice": notice,
    }
    return render(request, "needs/ask_step.html", context)


def _page_before(page: Page, pages: list[Page], index: int | None) -> str:
    """The name of the page that Back leads to; "" on the first."""
    if page.thing > 1 and page.step is WHAT:
        return CHECK
    return pages[index - 1].name if index else ""
