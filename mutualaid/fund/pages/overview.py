"""The page of the pots for all members: what they hold, what moved, and what is mine."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from mutualaid.fund import actions, rules
from mutualaid.fund.flows import MONTHS_LOOKED_BACK, carries, flows_by_month, pledged
from mutualaid.fund.lifecycle import WORDS
from mutualaid.fund.models import Approver, Candidacy, Entry, Expense, Pledge, Pot
from mutualaid.fund.pages.decorators import pot_page
from mutualaid.fund.pages.forms import PledgeForm
from mutualaid.fund.pages.refusals import tell_refusal
from mutualaid.fund.pages.standing import icon_of, title_of
from mutualaid.fund.states import IN_KINDS
from mutualaid.http import PersonRequest
from mutualaid.methods import post_only
from mutualaid.people.models import User

ENTRIES_ON_A_PAGE = 30
MOST_OWN = 10
MOST_MONTHS_SAID = 24


class MonthLine(NamedTuple):
    """What came into a pot and went out of it in a month, in minor units."""

    month: date
    came_in: int
    went_out: int


class PotCard(NamedTuple):
    """A pot with its last months, how long it carries in words, and what members mean to give together."""

    pot: Pot
    months: list[MonthLine]
    carries: str
    pledged: int | None
    my_pledge: Pledge | None


class OwnLine(NamedTuple):
    expense: Expense
    title: str
    icon: str


@pot_page
@require_safe
def pot(request: PersonRequest) -> HttpResponse:
    """What the pots hold and have promised, the last months, my own, and the ways to ask."""
    return _page(request, PledgeForm(pots=_pots()))


@pot_page
@post_only("pot")
def pot_pledge(request: PersonRequest) -> HttpResponse:
    """Note what I mean to give each month."""
    form = PledgeForm(request.POST, pots=_pots())
    if not form.is_valid() or "pot" not in form.cleaned_data:
        return _page(request, form)
    monthly = form.cleaned_data["monthly"] or None
    with tell_refusal(request):
        actions.pledge(form.cleaned_data["pot"], monthly=monthly, by=request.user)
        messages.success(request, _("Noted. Thank you.") if monthly else _("It's taken out."))
    return redirect("pot")


@pot_page
@post_only("pot")
def pot_ready(request: PersonRequest) -> HttpResponse:
    """Say that I would look after the pot if the group decides so, or that I no longer would."""
    is_ready = "ready" in request.POST
    with tell_refusal(request):
        actions.say_ready(ready=is_ready, by=request.user)
        messages.success(
            request,
            _("Thank you. From now on members can propose you.")
            if is_ready
            else _("That's all right. No one can propose you any more."),
        )
    return redirect("pot")


@pot_page
@require_safe
def pot_entries(request: PersonRequest) -> HttpResponse:
    """Everything that was written down, the newest first, without anyone's name."""
    entries = Entry.objects.select_related("pot", "sets_right").order_by("-on_day", "-pk")
    page = Paginator(entries, ENTRIES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "is_approver": rules.is_approver(request.user)}
    return render(request, "fund/entries.html", context)


def _page(request: PersonRequest, form: PledgeForm) -> HttpResponse:
    user = request.user
    pots = list(form.pots.values())
    is_approver = rules.is_approver(user)
    context = {
        "cards": _cards(pots, user),
        "form": form,
        "own": [OwnLine(one, str(title_of(one)), icon_of(one)) for one in _own(user)],
        "is_approver": is_approver,
        "waiting": _waiting_for(user) if is_approver else 0,
        "approvers": Approver.objects.active().count(),
        "is_ready": not is_approver and Candidacy.objects.filter(pk=user.pk).exists(),
        "is_coordinator": user.is_coordinator,
    }
    return render(request, "fund/pot.html", context)


def _pots() -> list[Pot]:
    return list(Pot.objects.all())


def _own(user: User) -> Iterable[Expense]:
    own = Expense.objects.of(user).select_related("pot").defer(*WORDS)
    return own.order_by("-created_at", "-pk")[:MOST_OWN]


def _waiting_for(user: User) -> int:
    """How many expenses wait for something that this approver may do."""
    waiting = Expense.objects.to_approve_for(user) | Expense.objects.to_pay_for(user)
    return waiting.count()


def _cards(pots: list[Pot], user: User) -> list[PotCard]:
    pledges = {pledge.pot_id: pledge for pledge in Pledge.objects.filter(user=user)}
    return [
        PotCard(pot, _months(pot), in_months(carries(pot)), pledged(pot), pledges.get(pot.pk))
        for pot in pots
    ]


def _months(pot: Pot) -> list[MonthLine]:
    """This month and those before it that the rate is of, the newest first."""
    this = timezone.localdate().replace(day=1)
    months = [this]
    for _back in range(MONTHS_LOOKED_BACK):
        months.append(_before(months[-1]))
    flows = flows_by_month(pot, months[-1], this)
    return [
        MonthLine(
            month,
            sum(abs(flow.amount) for flow in flows if flow.month == month and flow.kind in IN_KINDS),
            sum(
                abs(flow.amount)
                for flow in flows
                if flow.month == month and flow.kind not in IN_KINDS
            ),
        )
        for month in months
    ]


def _before(month: date) -> date:
    return (month.replace(day=1) - date.resolution).replace(day=1)


def in_months(months: Fraction | None) -> str:
    """Say how long a pot lasts; "" where nothing was spent."""
    if months is None:
        return ""
    whole = int(months)
    if whole < 1:
        return _("At this rate it lasts less than a month.")
    if whole > MOST_MONTHS_SAID:
        return _("At this rate it lasts more than two years.")
    lasts = ngettext(
        "At this rate it lasts about %(n)d month.", "At this rate it lasts about %(n)d months.", whole
    )
    return lasts % {"n": whole}
