"""One proposal: what it would change and why, the answer of who reads it, and later what came of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.admin.refusals import sentence_for
from mutualaid.decisions.effects import described
from mutualaid.decisions.kinds import agreement
from mutualaid.decisions.models import Decision, Outcome
from mutualaid.decisions.pages.decorators import with_account
from mutualaid.decisions.pages.forms import AnswerForm
from mutualaid.decisions.pages.previews import previews_of
from mutualaid.decisions.pages.voices import Member, Voice
from mutualaid.decisions.pages.words import (
    Group,
    consequence_of,
    outcome_of,
    result_of,
    rule_of,
    title_of,
    who_answers,
)
from mutualaid.decisions.refusals import SPEAKING
from mutualaid.http import PersonRequest


@with_account
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """A proposal for someone with an account; a POST is their answer."""
    found = get_object_or_404(Decision, public_id=public_id)
    return proposal_page(request, found, Member(request.user))


def proposal_page(request: HttpRequest, found: Decision, voice: Voice) -> HttpResponse:
    """Show a proposal to whoever this voice is; on a POST write down what they say, or take it back."""
    if request.method != "POST":
        return _page(request, found, voice, _form_as_given(found, voice))
    if "take_back" in request.POST:
        _say(request, found, voice, "", "", thanks=_("We took your answer back."))
        return redirect(voice.url_of(found))
    form = AnswerForm(request.POST)
    if form.is_valid():
        thanks = _("Thank you. You can change your answer until the end.")
        _say(request, found, voice, **form.cleaned_data, thanks=thanks)
    elif voice.may_answer(found):
        return _page(request, found, voice, form)
    return redirect(voice.url_of(found))


def _say(
    request: HttpRequest, found: Decision, voice: Voice, answer: str, reason: str, *, thanks: str
) -> None:
    try:
        voice.speak(found, answer, reason)
        messages.success(request, thanks)
    except tuple(SPEAKING) as refusal:
        messages.info(request, sentence_for(refusal, SPEAKING))


def _form_as_given(found: Decision, voice: Voice) -> AnswerForm:
    """The form with what they answered so far."""
    given = voice.given(found)
    initial = {"answer": given.answer, "reason": given.reason} if given else None
    return AnswerForm(initial=initial)


def _page(request: HttpRequest, found: Decision, voice: Voice, form: AnswerForm) -> HttpResponse:
    changes = described(found)
    context = {
        "decision": found,
        "title": title_of(found),
        "changes": changes,
        "head": [_("What"), _("Was") if found.outcome else _("Now"), _("Proposed")],
        "rows": [(capfirst(one.label), one.was, one.now) for one in changes],
        "is_agreement": found.kind == agreement.KIND,
        "list_url": voice.list_url(),
        "is_counted": voice.is_counted,
        "who": who_answers(found),
        "rule": rule_of(found),
    }
    context |= _while_open(found, voice, form) if not found.outcome else _decided(found, voice)
    return render(request, "decisions/proposal.html", context)


def _while_open(found: Decision, voice: Voice, form: AnswerForm) -> dict[str, object]:
    may_answer = voice.may_answer(found)
    return {
        "form": form if may_answer else None,
        "given": voice.given(found) if may_answer else None,
        "preview": previews_of(found),
    }


def _decided(found: Decision, voice: Voice) -> dict[str, object]:
    return {
        "outcome": outcome_of(found),
        "outcome_kind": "success" if found.outcome == Outcome.PASSED else "info",
        "consequence": consequence_of(found),
        "result": result_of(found, Group.MEMBERS),
        "beside": result_of(found, Group.NEIGHBOURS),
        "can_read_reasons": voice.can_read_reasons(found),
    }
