"""The pages in the admin: what is possible instead of saving alone, rules of two, and admissions."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mutualaid.admin.refusals import sentence_for
from mutualaid.admin.site import admin_page
from mutualaid.decisions import actions
from mutualaid.decisions.actions import rule_of_two
from mutualaid.decisions.effects import as_json, kind_named, label_of
from mutualaid.decisions.forms import Proposed, ProposedForm, ReasonsForm
from mutualaid.decisions.kinds import points, policy
from mutualaid.decisions.members import has_a_say
from mutualaid.decisions.models import Admission, Decision, RuleOfTwo
from mutualaid.decisions.pages.previews import try_in_the_city
from mutualaid.decisions.pages.words import before_the_first
from mutualaid.decisions.refusals import REFUSALS
from mutualaid.matching.models import ScoringWeights
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.singleton.guards import DecidedTogether, answers
from mutualaid.singleton.history import ChangedValue

KEEP = "policy.change_policy"
View = Callable[..., HttpResponse]


def together_page(route: str, name: str, *, fresh_sign_in: bool = False) -> Callable[[View], View]:
    """Put a view into the admin; it is not found where the group does not decide together."""

    def register(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not current_policy().has_decisions:
                raise Http404
            return view(request, *args, **kwargs)

        page = admin_page(
            f"together/{route}", name=name, permission=KEEP, fresh_sign_in=fresh_sign_in
        )
        return cast(View, page(shown))

    return register


@answers
def instead_of_saving(request: HttpRequest, refused: DecidedTogether) -> HttpResponse:
    """Show what can be done with values that no one saves alone."""
    changes = {
        name: value for name, value in refused.changes.items() if name not in policy.DAY_TO_DAY
    }
    is_points = refused.model is ScoringWeights
    kind = points.KIND if is_points else policy.kind_for(set(changes))
    proposed = Proposed(kind, as_json(changes))
    is_mixed = len(changes) < len(refused.changes)
    return _instead(request, proposed, ReasonsForm(kind), is_mixed=is_mixed)


@together_page("propose/", "together_propose", fresh_sign_in=True)
def propose(request: HttpRequest) -> HttpResponse:
    """Open a proposal with the values that someone wanted to save, or set them with a second person."""
    form = ProposedForm(request.POST or None)
    if not form.is_valid():
        return redirect("admin:together")
    proposed = form.cleaned_data["proposed"]
    reasons = ReasonsForm(proposed.kind, request.POST)
    if "two" in request.POST:
        return _set_by_two(request, proposed)
    if not reasons.is_valid():
        return _instead(request, proposed, reasons)
    try:
        decision = actions.open_decision(
            proposed.kind, proposed.values, by=_me(request), **reasons.cleaned_data
        )
    except ValidationError as error:
        reasons.add_error(None, error.messages)
    except tuple(REFUSALS) as refusal:
        reasons.add_error(None, sentence_for(refusal, REFUSALS))
    else:
        try_in_the_city(decision)
        return redirect("decision", decision.public_id)
    return _instead(request, proposed, reasons)


def _set_by_two(request: HttpRequest, proposed: Proposed) -> HttpResponse:
    try:
        rule_of_two.propose(proposed.kind, proposed.values, by=_me(request))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    except tuple(REFUSALS) as refusal:
        messages.warning(request, sentence_for(refusal, REFUSALS))
    else:
        words = _(
            "Now a second coordinator has to agree, within a day. Ask them to open this page."
        )
        messages.success(request, words)
    return redirect("admin:together")


@together_page("", "together")
@require_safe
def together(request: HttpRequest) -> HttpResponse:
    """Show the rules of two that wait or are in force, and who was admitted without an account."""
    me = _me(request)
    rules = RuleOfTwo.objects.select_related("proposed_by", "agreed_by").order_by("-pk")
    context = {
        "before_the_first": before_the_first(),
        "waiting": [(rule, _described(rule), _may_agree(rule, me)) for rule in rules.waiting()],
        "in_force": [(rule, _described(rule)) for rule in rules.in_force()],
        "again": [(one, label_of(one.kind)) for one in Decision.objects.to_look_at_again()],
        "admissions": Admission.objects.valid().select_related("given_by").order_by("-pk"),
        "coordinates": me.is_coordinator,
    }
    return _page(request, "overview", _("We decide together"), context)


@together_page("two/<int:pk>/agree/", "rule_of_two_agree", fresh_sign_in=True)
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to a rule of two on a POST; else lead to the page that shows it."""
    if request.method == "POST":
        _act(request, rule_of_two.agree, _found(pk), _("It is set, and members are being told."))
    return redirect("admin:together")


@together_page("two/<int:pk>/end/", "rule_of_two_end")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """On a POST say no to a rule of two, or let it go back; else lead to the page that shows it."""
    if request.method == "POST":
        _act(request, rule_of_two.end, _found(pk), _("It is over. What was set is as before."))
    return redirect("admin:together")


@together_page("admit/", "together_admit", fresh_sign_in=True)
def admit(request: HttpRequest) -> HttpResponse:
    """Admit someone without an account on a POST, and show their code this once."""
    if request.method != "POST":
        return redirect("admin:together")
    try:
        _admission, code = actions.admit(by=_me(request))
    except actions.NotAllowed as refusal:
        messages.warning(request, sentence_for(refusal, REFUSALS))
        return redirect("admin:together")
    return _page(request, "admitted", _("A say for someone without an account"), {"code": code})


@together_page("admissions/<int:pk>/take-back/", "together_take_back")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """End an admission on a POST; else lead to the page that lists them."""
    if request.method == "POST":
        admission = get_object_or_404(Admission, pk=pk)
        _act(request, actions.take_back_admission, admission, _("This code no longer works."))
    return redirect("admin:together")


def _act(request: HttpRequest, action: Callable[..., None], row: object, done: str) -> None:
    try:
        action(row, by=_me(request))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    except tuple(REFUSALS) as refusal:
        messages.warning(request, sentence_for(refusal, REFUSALS))
    else:
        messages.success(request, done)


def _instead(
    request: HttpRequest, proposed: Proposed, form: ReasonsForm, *, is_mixed: bool = False
) -> HttpResponse:
    me = _me(request)
    context = {
        "form": form,
        "proposed": proposed.signed(),
        "changes": kind_named(proposed.kind).describe(proposed.values),
        "is_mixed": is_mixed,
        "why_not": "" if has_a_say(me) else sentence_for(actions.NotAMember(), REFUSALS),
        "may_set_by_two": me.is_coordinator and proposed.kind in rule_of_two.SETTABLE,
        "days": rule_of_two.RULE_DAYS,
    }
    return _page(request, "instead", _("Members decide about this"), context)


def _described(rule: RuleOfTwo) -> list[ChangedValue]:
    """What it would set, or has set and will let go back."""
    kind = kind_named(rule.kind)
    if rule.agreed_at is None:
        return kind.describe(rule.values)
    return kind.describe(rule.values_to_go_back, json.dumps(rule.before))


def _may_agree(rule: RuleOfTwo, user: User) -> bool:
    return user.is_coordinator and rule.proposed_by_id not in (None, user.pk)


def _found(pk: int) -> RuleOfTwo:
    return get_object_or_404(RuleOfTwo, pk=pk)


def _page(request: HttpRequest, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, f"admin/decisions/{name}.html", context)


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)
