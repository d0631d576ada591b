"""What waits for those who say yes to money: a list, without words and names."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import Case, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from mutualaid.fund import rules
from mutualaid.fund.models import Expense, RestoreGap
from mutualaid.fund.models.expense import ExpenseQuerySet
from mutualaid.fund.pages.decorators import approver_page
from mutualaid.fund.pages.standing import icon_of, title_of
from mutualaid.fund.states import NOT_SETTLED, PENDING, ExpenseKind, ExpenseState
from mutualaid.http import PersonRequest
from mutualaid.people.models import User

MOST_SHOWN = 50
S = ExpenseState
WAITING_STATES = (*PENDING, S.SPENT, S.CLOSING)
OWN = gettext_lazy("This is your own, so others decide.")
ALREADY = gettext_lazy("You said yes. Now someone else has to.")
ANOTHER_PAYS = gettext_lazy("You said yes, so someone else pays it out.")
ANOTHER_CLOSES = gettext_lazy("You would close it. Now someone else has to agree.")
STILL_OUT = "still_out"
HEADINGS: Mapping[str, StrOrPromise] = {
    S.ASKED: gettext_lazy("Waiting for a yes"),
    S.APPROVED: gettext_lazy("To pay out"),
    S.NOT_REACHED: gettext_lazy("It hasn't arrived"),
    S.SPENT: gettext_lazy("What was spent"),
    S.CLOSING: gettext_lazy("To close, by two people"),
    STILL_OUT: gettext_lazy("Money ahead that is still out"),
}
HINDRANCES = {S.ASKED: ALREADY, S.APPROVED: ANOTHER_PAYS, S.CLOSING: ANOTHER_CLOSES}


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
    """What waits for a yes, for the payment or for a look at what was spent, and what money is still out."""
    lines: dict[str, list[Line]] = {part: [] for part in HEADINGS}
    for expense in _waiting():
        part = STILL_OUT if expense.state in NOT_SETTLED else expense.state
        lines[part].append(_line(expense, request.user))
    context = {
        "parts": [Part(HEADINGS[part], shown) for part, shown in lines.items() if shown],
        "gaps": list(RestoreGap.objects.all()),
    }
    return render(request, "fund/waiting.html", context)


def hindrance_of(expense: Expense, user: User) -> StrOrPromise:
    """Why the next step waits for others; "" where it waits for this approver, or for no one."""
    if expense.state not in WAITING_STATES or rules.waits_for(expense, user.pk):
        return ""
    return OWN if rules.is_own(user, expense) else HINDRANCES[S(expense.state)]


def _waiting() -> ExpenseQuerySet:
    """The oldest `MOST_SHOWN` of each part, by one query for all of them."""
    is_out = Q(kind=ExpenseKind.MONEY_AHEAD, state__in=NOT_SETTLED)
    part = Case(When(state__in=NOT_SETTLED, then=Value(STILL_OUT)), default="state")
    shown: ExpenseQuerySet = (
        Expense.objects.filter(is_out | Q(state__in=HEADINGS.keys() - {STILL_OUT}))
        .annotate(nth=Window(RowNumber(), partition_by=part, order_by=("created_at", "pk")))
        .filter(nth__lte=MOST_SHOWN)
        .order_by("created_at", "pk")
    )
    return shown.without_words().select_related("pot")


def _line(expense: Expense, user: User) -> Line:
    return Line(expense, title_of(expense), icon_of(expense), hindrance_of(expense, user))
