"""The pages on which someone with a say proposes something, a question each."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.admin.refusals import sentence_for
from mutualaid.decisions import actions
from mutualaid.decisions.effects import kind_named
from mutualaid.decisions.models import Decision, RuleOfTwo
from mutualaid.decisions.outcomes import THRESHOLDS
from mutualaid.decisions.pages.decorators import with_account
from mutualaid.decisions.pages.previews import try_in_the_city
from mutualaid.decisions.pages.wizard import (
    CHECK,
    CHOICES,
    DEPENDENT,
    NAMES,
    PROPOSAL,
    WHAT,
    Wizard,
    answers_to_propose,
)
from mutualaid.decisions.refusals import REFUSALS
from mutualaid.forms.drafts import (
    ALL_LET_GO,
    CHANGED,
    LET_GO,
    Answers,
    mark_of,
    typed_into,
    were_shown,
)
from mutualaid.http import PersonRequest
from mutualaid.methods import post_only
from mutualaid.transitions import StateChanged


@with_account
@require_http_methods(["GET", "HEAD", "POST"])
def decision_step(request: PersonRequest, name: str) -> HttpResponse:
    """One question: what was typed is kept, and a valid answer leads to the next. Raises `Http404`."""
    if not actions.may_open(request.user):
        messages.info(request, sentence_for(actions.NotAMember(), REFUSALS))
        return redirect("decisions")
    answers = PROPOSAL.load(request)
    if name == CHECK:
        return _check(request, answers)
    if name not in NAMES:
        raise Http404
    wizard = Wizard(answers)
    if not wizard.can_show(name):
        return _start_again(request, has_typed=request.method == "POST")
    if request.method != "POST":
        return _question(request, name, wizard)
    return _answered(request, name, answers)


@with_account
@post_only("decisions")
def decision_forget(request: PersonRequest) -> HttpResponse:
    """Delete the draft."""
    PROPOSAL.forget(request)
    messages.success(request, _("What you typed is gone."))
    return redirect("decisions")


@with_account
@post_only("decisions")
def decision_keep(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin to propose that something stays which two coordinators have set for some days."""
    rule = RuleOfTwo.objects.in_force().filter(pk=pk).first()
    if rule is None:
        messages.info(request, sentence_for(StateChanged("keep"), REFUSALS))
        return redirect("decisions")
    PROPOSAL.save(request, answers_to_propose(kind_named(rule.kind), rule.values_to_go_back))
    return redirect("decision_step", CHECK)


def _answered(request: HttpRequest, name: str, answers: Answers) -> HttpResponse:
    typed = typed_into(Wizard(answers).form(name), request.POST)
    if name in CHOICES and typed != answers.get(name):
        for later in DEPENDENT[DEPENDENT.index(name) + 1 :]:
            answers.pop(later, None)
    answers[name] = typed
    PROPOSAL.save(request, answers)
    wizard = Wizard(answers)
    if not wizard.form(name).is_valid():
        return _question(request, name, wizard)
    return redirect("decision_step", wizard.first_unanswered() or CHECK)


def _check(request: PersonRequest, answers: Answers) -> HttpResponse:
    """Show all answers for checking; on POST open the proposal."""
    wizard = Wizard(answers)
    missing = wizard.first_unanswered()
    if missing:
        if not answers:
            messages.info(request, str(ALL_LET_GO))
        return redirect("decision_step", missing)
    if request.method != "POST":
        return _check_page(request, wizard)
    if not were_shown(request, answers):
        messages.info(request, str(CHANGED))
        return redirect("decision_step", CHECK)
    opened = _open(request, wizard)
    if opened is None:
        return redirect("decision_step", CHECK)
    PROPOSAL.forget(request)
    messages.success(request, _("It is open. Everyone who has a say is told."))
    return redirect("decision", opened.public_id)


def _open(request: PersonRequest, wizard: Wizard) -> Decision | None:
    """None where it was refused, and the next page says why."""
    try:
        opened = actions.open_decision(
            wizard.kind_name,
            wizard.values,
            by=request.user,
            why=wizard.why,
            review_on=wizard.review_on,
        )
    except tuple(REFUSALS) as refusal:
        messages.warning(request, sentence_for(refusal, REFUSALS))
    except ValidationError as wrong:
        messages.warning(request, " ".join(wrong.messages))
    else:
        try_in_the_city(opened)
        return opened
    return None


def _check_page(request: HttpRequest, wizard: Wizard) -> HttpResponse:
    kind = kind_named(wizard.kind_name)
    context = {
        "groups": wizard.groups(),
        "days": THRESHOLDS[kind.weight].days,
        "shown": mark_of(wizard.answers),
    }
    return render(request, "decisions/check.html", context)


def _question(request: HttpRequest, name: str, wizard: Wizard) -> HttpResponse:
    steps = wizard.steps
    index = steps.index(name)
    context = {
        "form": wizard.form(name),
        "title": wizard.title_of(name),
        "number": index + 1,
        "total": len(steps) + 1,
        "back": steps[index - 1] if index else "",
    }
    return render(request, "decisions/step.html", context)


def _start_again(request: HttpRequest, *, has_typed: bool) -> HttpResponse:
    """What comes before this page is no longer known."""
    if has_typed:
        messages.info(request, str(LET_GO))
    return redirect("decision_step", WHAT)
