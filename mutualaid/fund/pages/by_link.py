"""Direct help for a neighbour without an account, by the private link of their ask."""

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.encryption.fields import readable_texts
from mutualaid.fund import actions, rules
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.pages.decorators import while_there_is_a_pot
from mutualaid.fund.pages.forms import HelpForMeForm
from mutualaid.fund.pages.refusals import tell_refusal
from mutualaid.fund.pages.standing import icon_of, sentence_for
from mutualaid.fund.states import PENDING, ExpenseState
from mutualaid.methods import post_only
from requests_app.models import Ask
from requests_app.pages.views.decorators import Visit, by_link

MOST_SHOWN = 10


class Line(NamedTuple):
    """Direct help as the private page shows it: amount and state, and no one's name."""

    expense: Expense
    icon: str
    standing: str
    reason: str
    """Why not, where they asked themselves."""
    can_answer: bool
    can_withdraw: bool


def lines_for(ask: Ask) -> list[Line]:
    """Return the direct help for who sent an ask, the newest `MOST_SHOWN` first."""
    rows = Expense.objects.of(ask).without_words().select_related("pot")
    rows = rows.annotate(looks_at_it=Count("looks")).order_by("-created_at", "-pk")
    expenses = list(rows[:MOST_SHOWN])
    asked_by_link = [one.pk for one in expenses if rules.was_asked_by_link(one)]
    declined = Expense.objects.filter(pk__in=asked_by_link, state=ExpenseState.DECLINED)
    reasons = readable_texts(declined, "decline_words") if asked_by_link else {}
    return [
        Line(
            one,
            icon_of(one),
            sentence_for(one),
            reasons.get(one.pk, ""),
            rules.may_be_answered(one),
            one.state in PENDING,
        )
        for one in expenses
    ]


@while_there_is_a_pot
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def money_ask(visit: Visit) -> HttpResponse:
    """Ask for direct help; whoever has an account asks on the page of the pot."""
    pots = list(Pot.objects.all())
    if visit.ask.owner or not pots:
        return visit.back()
    request = visit.request
    form = HelpForMeForm(request.POST if request.method == "POST" else None, pots=pots)
    if not (form.is_bound and form.is_valid()):
        return render(request, "fund/ask_by_link.html", {"form": form, "token": visit.token})
    typed = form.cleaned_data
    with tell_refusal(request):
        actions.ask_by_link(
            typed["pot"],
            ask=visit.ask,
            amount=typed["amount"],
            purpose=typed["purpose"],
            payee_words=typed["payee_words"],
            key=typed["key"],
        )
        messages.success(request, _("Sent. We tell those who say yes to money."))
    return visit.back()


@while_there_is_a_pot
@post_only("ask_private", "token")
@by_link
def money_answer(visit: Visit, public_id: UUID) -> HttpResponse:
    """Say whether the money arrived, or take it back. Raises `Http404` for that of another ask."""
    request, ask = visit.request, visit.ask
    expense = get_object_or_404(Expense.objects.of(ask).without_words(), public_id=public_id)
    with tell_refusal(request):
        if "yes" in request.POST:
            actions.say_reached(expense, by=ask)
            messages.success(request, _("Thank you for telling us."))
        elif "no" in request.POST:
            actions.say_not_reached(expense, by=ask)
            messages.success(request, _("Thank you. We tell those who paid it out."))
        elif "withdraw" in request.POST:
            actions.withdraw_expense(expense, by=ask)
            messages.success(request, _("It was taken back. You can ask again at any time."))
    return visit.back()
