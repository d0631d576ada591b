"""The page of the pots for all members: what they hold, what moved, and what is mine."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.fund import actions, rules
from mutualaid.fund.actions.books import INCOME
from mutualaid.fund.flows import carries, last_months, pledged
from mutualaid.fund.models import Approver, Candidacy, Entry, Expense, Pledge, Pot
from mutualaid.fund.pages.decorators import pot_page
from mutualaid.fund.pages.forms import PledgeForm
from mutualaid.fund.pages.refusals import tell_refusal
from mutualaid.fund.pages.standing import icon_of, title_of
from mutualaid.http import PersonRequest
from mutualaid.methods import post_only
from mutualaid.people.models import User

ENTRIES_ON_A_PAGE = 30
MOST_OWN = 10
MOST_MONTHS_SAID = 24


class OwnLine(NamedTuple):
    expense: Expense
    title: str
    icon: str


@pot_page
@require_safe
def pot(request: PersonRequest) -> HttpResponse:
    """What a pot holds and has promised, its last months, my own, and the ways to ask; `?pot=2` names one."""
    user, pots = request.user, list(Pot.objects.all())
    wanted = request.GET.get("pot", "")
    shown = next((one for one in pots if str(one.pk) == wanted), pots[0] if pots else None)
    approvers = set(Approver.objects.active().values_list("pk", flat=True))
    is_approver = user.pk in approvers
    months = last_months(shown, timezone.localdate()) if shown else []
    context = {
        "pots": pots,
        "pot": shown,
        "own": [OwnLine(one, str(title_of(one)), icon_of(one)) for one in _own(user)],
        "approvers": len(approvers),
        "is_approver": is_approver,
        "waiting": Expense.objects.waiting_for(user).count() if is_approver else 0,
        "months": months,
        "carries": in_months(carries(shown, months)) if shown else "",
        "pledged": pledged(shown) if shown else None,
    }
    return render(request, "fund/pot.html", context)


@pot_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_pledge(request: PersonRequest, pk: int) -> HttpResponse:
    """Note what I mean to give each month, or with nothing typed that I no longer do."""
    shown = get_object_or_404(Pot, pk=pk)
    form = PledgeForm(request.POST if request.method == "POST" else None, pots=[shown])
    if not (form.is_bound and form.is_valid()):
        mine = Pledge.objects.filter(user=request.user, pot=shown).first()
        return render(request, "fund/pledge.html", {"pot": shown, "form": form, "mine": mine})
    monthly = form.cleaned_data["monthly"] or None
    with tell_refusal(request):
        actions.pledge(shown, monthly=monthly, by=request.user)
        messages.success(request, _("Noted. Thank you.") if monthly else _("We took it out."))
    return redirect("pot_pledge", pk)


@pot_page
@require_safe
def pot_people(request: PersonRequest) -> HttpResponse:
    """How many say yes to money, and whether I would; coordinators come from here to the pots."""
    user = request.user
    approvers = set(Approver.objects.active().values_list("pk", flat=True))
    context = {
        "approvers": len(approvers),
        "is_approver": user.pk in approvers,
        "is_ready": Candidacy.objects.filter(pk=user.pk).exists(),
        "is_coordinator": user.is_coordinator,
    }
    return render(request, "fund/people.html", context)


@pot_page
@post_only("pot_people")
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
    return redirect("pot_people")


@pot_page
@require_safe
def pot_entries(request: PersonRequest) -> HttpResponse:
    """Everything that was written down, the newest first, without anyone's name."""
    is_set_right = Exists(Entry.objects.filter(sets_right=OuterRef("pk")))
    entries = Entry.objects.select_related("pot", "sets_right").annotate(is_set_right=is_set_right)
    entries = entries.order_by("-on_day", "-pk")
    page = Paginator(entries, ENTRIES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "income": INCOME if rules.is_approver(request.user) else ()}
    return render(request, "fund/entries.html", context)


def _own(user: User) -> Iterable[Expense]:
    own = Expense.objects.of(user).without_words().select_related("pot")
    return own.order_by("-created_at", "-pk")[:MOST_OWN]


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
        "At this rate it lasts about %(n)d month.",
        "At this rate it lasts about %(n)d months.",
        whole,
    )
    return lasts % {"n": whole}
