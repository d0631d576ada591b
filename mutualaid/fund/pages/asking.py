"""Asking a pot for money: one short form, a page to check it on, with the photo, and it is sent."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from mutualaid.boundary.incoming import takes_file
from mutualaid.fund.actions.receipts import MoneyAsk, ask_with_receipt
from mutualaid.fund.models import Pot
from mutualaid.fund.pages.decorators import may_send_receipt, pot_page
from mutualaid.fund.pages.forms import ExpenseForm, FirstReceiptForm
from mutualaid.fund.pages.refusals import tell_refusal
from mutualaid.fund.receipt_photo import MOST_BYTES, MOST_TOLD_BYTES
from mutualaid.fund.states import ExpenseKind
from mutualaid.http import PersonRequest
from requests_app.models import Claim


class Way(NamedTuple):
    """A way to ask: its kind, what it is called on its page, and a sentence."""

    kind: ExpenseKind
    title: StrOrPromise
    words: StrOrPromise


WAYS: Mapping[str, Way] = {
    "back": Way(
        ExpenseKind.MONEY_BACK,
        gettext_lazy("Get money back"),
        gettext_lazy("You paid for something while you helped. You get it back."),
    ),
    "ahead": Way(
        ExpenseKind.MONEY_AHEAD,
        gettext_lazy("Get money ahead"),
        gettext_lazy("You can't pay first. You get the money, buy, and show the receipt after."),
    ),
    "help": Way(
        ExpenseKind.DIRECT_HELP,
        gettext_lazy("Get direct help"),
        gettext_lazy("Money for a neighbour who needs it, such as for a bill or for food."),
    ),
}


@pot_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_ask(request: PersonRequest, way: str) -> HttpResponse:
    """Ask for money; `?claim=` names my task that it is for. Nothing is kept before it is sent."""
    if way not in WAYS:
        raise Http404
    pots = list(Pot.objects.all())
    if not pots:
        return redirect("pot")
    kind, claim = WAYS[way].kind, _own_claim(request)
    form = ExpenseForm(
        request.POST if request.method == "POST" else None,
        pots=pots,
        kind=kind,
        is_coordinator=request.user.is_coordinator,
    )
    context: dict[str, object] = {"way": WAYS[way], "claim": claim, "form": form}
    if not (form.is_bound and form.is_valid()) or "change" in request.POST:
        return render(request, "fund/ask.html", context)
    photo_form = _photo_form(request, kind)
    context |= {"pot": form.cleaned_data["pot"], "photo_form": photo_form}
    is_sent = "send" in request.POST
    if not is_sent or (photo_form and not photo_form.is_valid()):
        return render(request, "fund/check.html", context)
    photo = photo_form.cleaned_data["photo"] if photo_form else None
    return _send(request, _values(request, form, kind, claim), photo, form.cleaned_data["key"])


takes_file(
    pot_ask,
    may_send=may_send_receipt,
    most_bytes=MOST_BYTES,
    most_told_bytes=MOST_TOLD_BYTES,
)


def _send(request: PersonRequest, values: MoneyAsk, photo: bytes | None, key: UUID) -> HttpResponse:
    with tell_refusal(request):
        expense = ask_with_receipt(values, photo, key=key, by=request.user)
        messages.success(request, _("Sent. We tell those who say yes to money."))
        return redirect("pot_expense", expense.public_id)
    return redirect("pot")


def _values(
    request: PersonRequest, form: ExpenseForm, kind: ExpenseKind, claim: Claim | None
) -> MoneyAsk:
    typed: Any = form.cleaned_data
    return {
        "pot": typed["pot"],
        "kind": kind,
        "amount": typed["amount"],
        "purpose": typed["purpose"],
        "payee": None if form.is_for_neighbour else request.user,
        "payee_words": typed["payee_words"],
        "claim": claim,
        "ask": typed.get("ask"),
    }


def _photo_form(request: PersonRequest, kind: ExpenseKind) -> FirstReceiptForm | None:
    """The form for the receipt of someone who paid; None where nothing is bought yet."""
    if kind != ExpenseKind.MONEY_BACK:
        return None
    if "send" in request.POST:
        return FirstReceiptForm(request.POST, request.FILES)
    return FirstReceiptForm()


def _own_claim(request: PersonRequest) -> Claim | None:
    """The task that the address names, if it is mine. Raises `Http404` for any other."""
    named = request.GET.get("claim")
    if not named:
        return None
    try:
        public_id = UUID(named)
    except ValueError as error:
        raise Http404 from error
    claims = Claim.objects.of(request.user).select_related("need__category")
    claim = claims.filter(public_id=public_id).first()
    if claim is None:
        raise Http404
    return claim
