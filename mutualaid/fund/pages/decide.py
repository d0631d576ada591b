"""The page of one expense for those who say yes to money, opened by a logged step, and their steps."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mutualaid.forms.stale import is_untouched, seen_fields
from mutualaid.fund import actions, rules
from mutualaid.fund.caps import Cap, cap_warnings
from mutualaid.fund.errors import SeenBefore
from mutualaid.fund.models import Expense, Receipt, RestoreGap
from mutualaid.fund.pages.decorators import approver_page
from mutualaid.fund.pages.forms import DecisionForm
from mutualaid.fund.pages.refusals import REFUSAL_SENTENCES, sentence_for, tell_refusal
from mutualaid.fund.pages.standing import icon_of, title_of
from mutualaid.fund.pages.steps import STEPS, steps_on_page
from mutualaid.fund.pages.waiting import OWN, hindrance_of
from mutualaid.fund.states import PENDING, ExpenseState
from mutualaid.http import PersonRequest
from mutualaid.methods import post_only
from mutualaid.people.models import User
from mutualaid.people.sign_in.fresh import fresh_sign_in

SEEN_NAMES = {
    "amount": gettext_lazy("the amount"),
    "purpose": gettext_lazy("what it is for"),
    "payee": gettext_lazy("who gets it"),
    "payee_words": gettext_lazy("how it gets there"),
    "receipt": gettext_lazy("the receipt"),
}


@approver_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_decide(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """One expense: a POST opens what it is for and who gets it, and logs the look."""
    expense = _expense(public_id)
    if request.method == "POST":
        return _opened(request, expense)
    return render(request, "fund/decide.html", _facts(expense, request.user))


@fresh_sign_in(back="")
@approver_page
@post_only("pot_decide", "public_id")
def pot_step(request: PersonRequest, public_id: UUID, step: str) -> HttpResponse:
    """Take one of the `STEPS` on what was seen; else say what changed since, or what the form lacks."""
    expense, chosen = _expense(public_id), STEPS[step]
    form = chosen.form(request.POST, expense=expense)
    if not form.is_valid():
        return _opened(request, expense, step, form)
    try:
        messages.success(request, chosen.do(expense, form.cleaned_data, request.user))
    except SeenBefore as refusal:
        changed = _changed_since(form.cleaned_data["seen"], expense)
        messages.warning(request, f"{sentence_for(refusal)} {changed}".strip())
        return redirect("pot_decide", public_id)
    except tuple(REFUSAL_SENTENCES) as refusal:
        messages.warning(request, sentence_for(refusal))
        return redirect("pot_decide", public_id)
    return redirect("pot_waiting")


def _opened(
    request: PersonRequest, expense: Expense, step: str = "", form: DecisionForm | None = None
) -> HttpResponse:
    """The page with all that an approver reads; with the `form` of a step as it was sent."""
    opened = None
    with tell_refusal(request):
        opened = actions.open_words(expense, by=request.user)
    if opened is None:
        return redirect("pot_decide", expense.public_id)
    seen = seen_fields(_seen(opened))
    context = _facts(opened, request.user) | {
        "is_opened": True,
        "is_by_link": rules.was_asked_by_link(opened),
        "has_receipt": Receipt.objects.filter(expense=opened).exists(),
        "form": form or DecisionForm(expense=opened),
        "steps": steps_on_page(opened, request.user, seen=seen, sent={step: form} if form else {}),
    }
    return render(request, "fund/decide.html", context)


def _facts(expense: Expense, user: User) -> dict[str, object]:
    warnings = cap_warnings(expense) if expense.state in PENDING else []
    return {
        "expense": expense,
        "title": title_of(expense),
        "icon": icon_of(expense),
        "hindrance": OWN if rules.is_for_own_need(user, expense) else hindrance_of(expense, user),
        "gaps": list(RestoreGap.objects.all()) if expense.state == ExpenseState.APPROVED else [],
        "is_left": rules.is_left_to_approvers(expense),
        "over_household": next((one for one in warnings if one.cap == Cap.HOUSEHOLD), None),
        "over_pot": next((one for one in warnings if one.cap == Cap.POT), None),
        "is_too_much": expense.state == ExpenseState.ASKED and expense.amount > expense.pot.free,
    }


def _seen(expense: Expense) -> dict[str, object]:
    """What a yes is said to: marks of it come back with the form, and tell what changed since."""
    receipt = Receipt.objects.filter(expense=expense).values_list("digest", flat=True).first()
    return {
        "amount": expense.amount,
        "purpose": expense.purpose,
        "payee": expense.payee_id,
        "payee_words": expense.payee_words,
        "receipt": receipt,
    }


def _changed_since(seen: str, expense: Expense) -> str:
    now = _seen(Expense.objects.get(pk=expense.pk))
    changed = [
        str(SEEN_NAMES[name]) for name, value in now.items() if not is_untouched(seen, name, value)
    ]
    if not seen or not changed:
        return ""
    return _("New since then: %(what)s.") % {"what": _(", ").join(changed)}


def _expense(public_id: UUID) -> Expense:
    """One with its pot and task, and without its words. A 404 page where there is none."""
    rows = Expense.objects.without_words().select_related(
        "pot", "payee", "asked_by", "claim__need__category"
    )
    expense: Expense = get_object_or_404(rows, public_id=public_id)
    return expense
