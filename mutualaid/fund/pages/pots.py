"""Opening a pot, naming it, and removing one that was opened by mistake: for coordinators."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.fund import actions
from mutualaid.fund.models import Entry, Expense, Pot
from mutualaid.fund.pages.decorators import pot_page
from mutualaid.fund.pages.forms import NameForm, NewPotForm
from mutualaid.fund.pages.refusals import tell_refusal
from mutualaid.http import PersonRequest


@pot_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_pots(request: PersonRequest) -> HttpResponse:
    """All pots, and a form to open one."""
    _refuse_others(request)
    form = NewPotForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.open_pot(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            _show(form, error)
        else:
            messages.success(request, _("The pot is open."))
            return redirect("pot_pots")
    return render(request, "fund/pots.html", {"pots": Pot.objects.all(), "form": form})


@pot_page
@require_http_methods(["GET", "HEAD", "POST"])
def pot_one(request: PersonRequest, pk: int) -> HttpResponse:
    """Name a pot, or remove it while it is empty."""
    _refuse_others(request)
    used = Exists(Entry.objects.filter(pot=OuterRef("pk"))) | Exists(
        Expense.objects.filter(pot=OuterRef("pk"))
    )
    pot = get_object_or_404(Pot.objects.annotate(is_used=used), pk=pk)
    if "remove" in request.POST:
        with tell_refusal(request):
            actions.remove_pot(pot, by=request.user)
            messages.success(request, _("The pot is removed."))
        return redirect("pot_pots")
    typed = request.POST if request.method == "POST" else None
    form = NameForm(typed, initial={"name": pot.name})
    if form.is_bound and form.is_valid():
        try:
            actions.rename_pot(pot, name=form.cleaned_data["name"], by=request.user)
        except ValidationError as error:
            _show(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("pot_pots")
    return render(request, "fund/pot_one.html", {"pot": pot, "form": form})


def _show(form: NewPotForm | NameForm, error: ValidationError) -> None:
    """Tell a refusal beside its field; what names no field of the form, above it."""
    for name, messages_of in error.message_dict.items():
        form.add_error(name if name in form.fields else None, messages_of)


def _refuse_others(request: PersonRequest) -> None:
    """Raises `Http404` for whoever is no coordinator."""
    if not request.user.is_coordinator:
        raise Http404
