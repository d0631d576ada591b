"""My own expense: how it stands, changing it, its receipt, taking it back, and whether it arrived."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.boundary.incoming import takes_file
from mutualaid.fund import actions, rules
from mutualaid.fund.actions.receipts import add_receipt, remove_receipt
from mutualaid.fund.models import Expense, Receipt
from mutualaid.fund.pages.decorators import may_send_receipt, pot_page
from mutualaid.fund.pages.forms import ChangeForm, ReceiptForm, SpentForm
from mutualaid.fund.pages.refusals import tell_refusal
from mutualaid.fund.pages.standing import icon_of, question_for, sentence_for, title_of
from mutualaid.fund.receipt_photo import MOST_BYTES, MOST_TOLD_BYTES
from mutualaid.http import PersonRequest
from mutualaid.methods import post_only

CHANGED = ("amount", "purpose", "payee_words")


@pot_page
@require_safe
def pot_expense(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """What I asked for or get, how it stands, and what I can do; an approver is led to their page of it."""
    user = request.user
    if not Expense.objects.of(user).filter(public_id=public_id).exists() and rules.is_approver(
        user
    ):
        return redirect("pot_decide", public_id)
    expense = _own(request, public_id)
    context = {
        "expense": expense,
        "title": title_of(expense),
        "icon": icon_of(expense),
        "standing": sentence_for(expense),
        "has_receipt": Receipt.objects.filter(expense=expense).exists(),
        "looks": expense.looks.count(),
        "can_change": rules.can_change(user, expense),
        "can_withdraw": rules.can_withdraw(user, expense),
        "can_answer": rules.can_answer(user, expense),
        "can_say_spent": rules.can_say_spent(user, expense),
        "question": question_for(expense, user),
    }
    return render(request, "fund/expense.html", context)


@pot_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_change(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Change the amount or the words until it is paid; what was not changed voids nothing."""
    expense = _own(request, public_id)
    if not rules.can_change(request.user, expense):
        return redirect("pot_expense", public_id)
    form = _change_form(request, expense)
    if not (form.is_bound and form.is_valid()):
        return render(request, "fund/change.html", {"expense": expense, "form": form})
    before = {name: getattr(expense, name) for name in CHANGED}
    changes: Any = {
        name: form.cleaned_data[name]
        for name in CHANGED
        if name in form.cleaned_data and form.cleaned_data[name] != before[name]
    }
    with tell_refusal(request):
        if changes:
            saw = form.cleaned_data["saw"]
            actions.change_expense(expense, changes, saw=saw, by=request.user)
        messages.success(request, _("Saved."))
    return redirect("pot_expense", public_id)


@pot_page
@post_only("pot_expense", "public_id")
def pot_withdraw(request: PersonRequest, public_id: UUID) -> HttpResponse:
    expense = _own(request, public_id)
    with tell_refusal(request):
        actions.withdraw_expense(expense, by=request.user)
        messages.success(request, _("It was taken back. You can ask again at any time."))
    return redirect("pot_expense", public_id)


@pot_page
@post_only("pot_expense", "public_id")
def pot_answer(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Say whether the money arrived."""
    expense = _own(request, public_id)
    with tell_refusal(request):
        if "yes" in request.POST:
            actions.say_reached(expense, by=request.user)
            messages.success(request, _("Thank you for telling us."))
        elif "no" in request.POST:
            actions.say_not_reached(expense, by=request.user)
            messages.success(request, _("Thank you. We tell those who paid it out."))
    return redirect("pot_expense", public_id)


@pot_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_photo(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Add the photo of a receipt, put another in its place, or take it away."""
    expense = _own(request, public_id)
    if not _can_show_paper(request, expense):
        return redirect("pot_expense", public_id)
    form = ReceiptForm()
    if "remove" in request.POST:
        return _save_paper(request, expense, None)
    if request.method == "POST":
        form = ReceiptForm(request.POST, request.FILES)
        if form.is_valid():
            return _save_paper(request, expense, form.cleaned_data["photo"])
    context = {
        "expense": expense,
        "form": form,
        "has_receipt": Receipt.objects.filter(expense=expense).exists(),
    }
    return render(request, "fund/photo.html", context)


@pot_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_spent(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Say what was spent of money ahead, with a photo of the receipt."""
    expense = _own(request, public_id)
    if not rules.can_say_spent(request.user, expense):
        return redirect("pot_expense", public_id)
    form = SpentForm(pots=[expense.pot])
    if request.method == "POST":
        form = SpentForm(request.POST, request.FILES, pots=[expense.pot])
        if form.is_valid() and form.cleaned_data["spent"] > expense.amount:
            form.add_error(
                "spent",
                _(
                    "This is more than you got. Write what you got, and ask for the rest as money back."
                ),
            )
    if not (form.is_bound and form.is_valid()):
        return render(request, "fund/spent.html", {"expense": expense, "form": form})
    with tell_refusal(request):
        with transaction.atomic():
            if photo := form.cleaned_data["photo"]:
                add_receipt(expense, photo, by=request.user)
            actions.say_spent(expense, spent=form.cleaned_data["spent"], by=request.user)
        messages.success(request, _("Thank you. Someone looks at it."))
    return redirect("pot_expense", public_id)


for _view in (pot_photo, pot_spent):
    takes_file(
        _view, may_send=may_send_receipt, most_bytes=MOST_BYTES, most_told_bytes=MOST_TOLD_BYTES
    )


def _save_paper(request: PersonRequest, expense: Expense, photo: bytes | None) -> HttpResponse:
    with tell_refusal(request):
        if photo:
            add_receipt(expense, photo, by=request.user)
            messages.success(request, _("The receipt is there. Thank you."))
        else:
            remove_receipt(expense, by=request.user)
            messages.success(request, _("The photo is erased."))
    return redirect("pot_expense", expense.public_id)


def _can_show_paper(request: PersonRequest, expense: Expense) -> bool:
    return rules.can_withdraw(request.user, expense) or rules.can_say_spent(request.user, expense)


def _change_form(request: PersonRequest, expense: Expense) -> ChangeForm:
    if request.method == "POST":
        return ChangeForm(request.POST, pots=[expense.pot])
    pot = expense.pot
    initial = {
        "amount": f"{Decimal(expense.amount).scaleb(-pot.decimals):f}",
        "purpose": expense.purpose,
        "payee_words": expense.payee_words,
        "saw": expense.version,
    }
    return ChangeForm(pots=[pot], initial=initial)


def _own(request: PersonRequest, public_id: UUID) -> Expense:
    """An expense of the person who is signed in; a 404 page for anyone else."""
    own = Expense.objects.of(request.user).select_related("pot", "claim__need__category")
    expense: Expense = get_object_or_404(own, public_id=public_id)
    return expense
