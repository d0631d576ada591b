"""What waits for those who say yes to money: a list, and a page for each, opened by a logged step."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_stubs_ext import StrOrPromise

from mutualaid.forms.stale import is_untouched, seen_fields
from mutualaid.fund import actions, rules
from mutualaid.fund.caps import Cap, cap_warnings
from mutualaid.fund.errors import SeenBefore
from mutualaid.fund.models import Expense, Receipt, RestoreGap
from mutualaid.fund.models.expense import ExpenseQuerySet
from mutualaid.fund.pages.decorators import approver_page
from mutualaid.fund.pages.forms import DecisionForm, DeclineForm, PayForm, SettleForm
from mutualaid.fund.pages.refusals import REFUSAL_SENTENCES, sentence_for, tell_refusal
from mutualaid.fund.pages.standing import icon_of, title_of
from mutualaid.fund.states import PENDING, ExpenseState
from mutualaid.http import PersonRequest
from mutualaid.methods import post_only
from mutualaid.people.models import User
from mutualaid.people.sign_in.fresh import fresh_sign_in

MOST_SHOWN = 50
WAITING_STATES = (*PENDING, ExpenseState.SPENT)
SEEN_NAMES = {
    "amount": gettext_lazy("the amount"),
    "purpose": gettext_lazy("what it is for"),
    "payee": gettext_lazy("who gets it"),
    "payee_words": gettext_lazy("how it gets there"),
    "receipt": gettext_lazy("the receipt"),
}
OWN = gettext_lazy("This is your own, so others decide.")
ALREADY = gettext_lazy("You said yes. Now someone else has to.")
ANOTHER_PAYS = gettext_lazy("You said yes, so someone else pays it out.")


class Line(NamedTuple):
    """An expense of the list, and why this approver can do nothing with it; "" where they can."""

    expense: Expense
    title: StrOrPromise
    icon: str
    hindrance: StrOrPromise


class Part(NamedTuple):
    heading: StrOrPromise
    lines: list[Line]


@approver_page
@require_safe
def pot_waiting(request: PersonRequest) -> HttpResponse:
    """What waits for a yes, for the payment, or for a look at what was spent, without words and names."""
    user = request.user
    parts = [
        Part(heading, [_line(expense, user) for expense in _in_state(state)])
        for heading, state in (
            (gettext_lazy("Waiting for a yes"), ExpenseState.ASKED),
            (gettext_lazy("To pay out"), ExpenseState.APPROVED),
            (gettext_lazy("It hasn't arrived"), ExpenseState.NOT_REACHED),
            (gettext_lazy("What was spent"), ExpenseState.SPENT),
        )
    ]
    context = {
        "parts": [part for part in parts if part.lines],
        "gaps": list(RestoreGap.objects.all()),
    }
    return render(request, "fund/waiting.html", context)


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
def pot_approve(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Say yes to the version that the page showed."""

    def approve(expense: Expense, form: DecisionForm) -> str:
        saw = form.cleaned_data["saw"]
        is_agreed = actions.approve_expense(expense, saw=saw, by=request.user)
        return (
            _("Agreed. It can be paid out.")
            if is_agreed
            else _("Thank you. One more yes is needed.")
        )

    return _decide(request, public_id, DecisionForm(request.POST), approve)


@approver_page
@post_only("pot_decide", "public_id")
def pot_decline(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Say no, with a reason."""

    def decline(expense: Expense, form: DecisionForm) -> str:
        typed = form.cleaned_data
        actions.decline_expense(expense, saw=typed["saw"], words=typed["words"], by=request.user)
        return _("We tell them why.")

    return _decide(request, public_id, DeclineForm(request.POST), decline)


@fresh_sign_in(back="")
@approver_page
@post_only("pot_decide", "public_id")
def pot_pay(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Write down that the money went out."""

    def pay(expense: Expense, form: DecisionForm) -> str:
        typed = form.cleaned_data
        actions.pay_expense(expense, saw=typed["saw"], on_day=typed["on_day"], by=request.user)
        return _("Written down. We ask them if it arrived.")

    return _decide(request, public_id, PayForm(request.POST), pay)


@fresh_sign_in(back="")
@approver_page
@post_only("pot_decide", "public_id")
def pot_settle(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Agree with what was spent of money ahead, and write down that the rest came back."""

    def settle(expense: Expense, form: DecisionForm) -> str:
        typed = form.cleaned_data
        actions.settle_expense(expense, saw=typed["saw"], on_day=typed["on_day"], by=request.user)
        return _("Settled.")

    return _decide(request, public_id, SettleForm(request.POST), settle)


@fresh_sign_in(back="")
@approver_page
@post_only("pot_decide", "public_id")
def pot_unpay(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Set a payment right that did not happen."""
    expense = _expense(public_id)
    with tell_refusal(request):
        actions.take_back_payment(expense, by=request.user)
        messages.success(request, _("Set right. It waits for a yes again."))
    return redirect("pot_decide", public_id)


def _decide(
    request: PersonRequest,
    public_id: UUID,
    form: DecisionForm,
    action: Callable[[Expense, DecisionForm], str],
) -> HttpResponse:
    """Do it on the version that was seen; else say what changed since, or what is missing in the form."""
    expense = _expense(public_id)
    if not form.is_valid():
        return _opened(request, expense, form)
    try:
        messages.success(request, action(expense, form))
    except SeenBefore as refusal:
        changed = _changed_since(form.cleaned_data["seen"], expense)
        messages.warning(request, f"{sentence_for(refusal)} {changed}".strip())
        return redirect("pot_decide", public_id)
    except tuple(REFUSAL_SENTENCES) as refusal:
        messages.warning(request, sentence_for(refusal))
        return redirect("pot_decide", public_id)
    return redirect("pot_waiting")


def _opened(
    request: PersonRequest, expense: Expense, form: DecisionForm | None = None
) -> HttpResponse:
    """The page with all that an approver reads; with `form` as it was sent, where something is missing."""
    user = request.user
    opened = None
    with tell_refusal(request):
        opened = actions.open_words(expense, by=user)
    if opened is None:
        return redirect("pot_decide", expense.public_id)
    is_spending = opened.state == ExpenseState.SPENT
    version = opened.spending_version if is_spending else opened.version
    initial = {"saw": version, "seen": seen_fields(_seen(opened))}

    def shown(kind: type[DecisionForm]) -> forms.Form:
        return form if type(form) is kind else kind(initial=initial)

    context = _facts(opened, user) | {
        "is_opened": True,
        "has_receipt": Receipt.objects.filter(expense=opened).exists(),
        "form": form or DecisionForm(initial=initial),
        "approve_form": shown(DecisionForm),
        "decline_form": shown(DeclineForm),
        "pay_form": shown(PayForm),
        "settle_form": shown(SettleForm),
    }
    return render(request, "fund/decide.html", context)


def _facts(expense: Expense, user: User) -> dict[str, object]:
    warnings = cap_warnings(expense) if expense.state in PENDING else []
    return {
        "expense": expense,
        "left": expense.amount - (expense.spent or 0),
        "title": title_of(expense),
        "icon": icon_of(expense),
        "hindrance": OWN if rules.is_for_own_need(user, expense) else _hindrance(expense, user),
        "gaps": list(RestoreGap.objects.all()) if expense.state == ExpenseState.APPROVED else [],
        "over_household": next((one for one in warnings if one.cap == Cap.HOUSEHOLD), None),
        "over_pot": next((one for one in warnings if one.cap == Cap.POT), None),
        "is_too_much": expense.state == ExpenseState.ASKED and expense.amount > expense.pot.free,
        "can_approve": rules.can_approve(user, expense),
        "can_decline": rules.can_decline(user, expense),
        "can_pay": rules.can_pay(user, expense),
        "can_settle": rules.can_settle(user, expense),
        "can_unpay": rules.can_take_back_payment(user, expense),
    }


def _hindrance(expense: Expense, user: User) -> StrOrPromise:
    """Why the next step waits for others; "" where it waits for this approver, or for no one."""
    if expense.state not in WAITING_STATES or rules.waits_for(expense, user.pk):
        return ""
    if rules.is_own(user, expense):
        return OWN
    return ALREADY if expense.state == ExpenseState.ASKED else ANOTHER_PAYS


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


def _in_state(state: ExpenseState) -> ExpenseQuerySet:
    rows = Expense.objects.without_words().filter(state=state).select_related("pot")
    return rows.order_by("created_at", "pk")[:MOST_SHOWN]


def _line(expense: Expense, user: User) -> Line:
    return Line(expense, title_of(expense), icon_of(expense), _hindrance(expense, user))


def _expense(public_id: UUID) -> Expense:
    """One with its pot and task, and without its words. A 404 page where there is none."""
    rows = Expense.objects.without_words().select_related(
        "pot", "payee", "asked_by", "claim__need__category"
    )
    expense: Expense = get_object_or_404(rows, public_id=public_id)
    return expense
