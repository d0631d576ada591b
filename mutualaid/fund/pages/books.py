"""Writing down what came in, and setting an entry right."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.fund import actions
from mutualaid.fund.actions.books import INCOME
from mutualaid.fund.errors import WrongDay
from mutualaid.fund.models import Entry, Pot
from mutualaid.fund.pages.decorators import approver_page
from mutualaid.fund.pages.forms import IncomeForm, SetRightForm
from mutualaid.fund.pages.refusals import REFUSAL_SENTENCES, sentence_for, tell_refusal
from mutualaid.fund.states import EntryKind
from mutualaid.http import PersonRequest


@approver_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_income(request: PersonRequest) -> HttpResponse:
    """Write down money that came in."""
    pots = list(Pot.objects.all())
    if not pots:
        return redirect("pot")
    form = IncomeForm(request.POST if request.method == "POST" else None, pots=pots)
    if form.is_bound and form.is_valid() and _write(request, form):
        return redirect("pot_entries")
    return render(request, "fund/income.html", {"form": form})


@approver_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_set_right(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Undo an entry of money that came in by a counter-entry, and write the right one."""
    entry = get_object_or_404(Entry.objects.select_related("pot"), public_id=public_id)
    if entry.kind not in INCOME or Entry.objects.filter(sets_right=entry).exists():
        raise Http404
    form = SetRightForm(request.POST if request.method == "POST" else None, pots=[entry.pot])
    if form.is_bound and form.is_valid() and _set_right(request, form, entry):
        return redirect("pot_entries")
    return render(request, "fund/set_right.html", {"entry": entry, "form": form})


def _write(request: PersonRequest, form: IncomeForm) -> bool:
    """Whether it is written; else the form says what is wrong."""
    typed = form.cleaned_data
    try:
        actions.write_gift(
            typed["pot"],
            amount=typed["amount"],
            on_day=typed["on_day"],
            kind=EntryKind(typed["kind"]),
            key=typed["key"],
            by=request.user,
        )
    except WrongDay as refusal:
        form.add_error("on_day", sentence_for(refusal))
        return False
    except tuple(REFUSAL_SENTENCES) as refusal:
        form.add_error(None, sentence_for(refusal))
        return False
    messages.success(request, _("Written down."))
    return True


def _set_right(request: PersonRequest, form: SetRightForm, entry: Entry) -> bool:
    """Whether it is done, or can no longer be; else the form says what is wrong."""
    amount, on_day = form.cleaned_data["amount"] or None, form.cleaned_data["on_day"]
    with tell_refusal(request):
        try:
            actions.set_right(entry, amount=amount, on_day=on_day, by=request.user)
        except WrongDay as refusal:
            form.add_error("on_day", sentence_for(refusal))
            return False
        messages.success(request, _("Set right. Both entries stay in the list."))
    return True
