"""For someone without an account whom a coordinator admitted: they type their code, and answer."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.decisions.actions import admission_of
from mutualaid.decisions.models import Admission, Decision
from mutualaid.decisions.pages.decorators import while_we_decide
from mutualaid.decisions.pages.lists import open_to_voice
from mutualaid.decisions.pages.proposal import proposal_page
from mutualaid.decisions.pages.voices import Admitted
from mutualaid.people.ratelimit import WRONG_CODES, network_of, too_often

IN_SESSION = "decision_admission"
"""The id of the admission whose code was typed in this visit, which ends after an hour without a page."""


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("The code on your slip"),
        max_length=30,
        help_text=gettext_lazy("Twelve letters and numbers, like ABCD-2345-EFGH."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the code on your slip.")},
    )


@while_we_decide
@require_http_methods(["GET", "HEAD", "POST"])
def decision_code(request: HttpRequest) -> HttpResponse:
    """Type the code; a wrong one, one that is over and one that was taken back get the same answer."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        network = network_of(request)
        if again_at := WRONG_CODES.exceeded_until(network):
            return too_often(request, again_at)
        admission = admission_of(form.cleaned_data["code"])
        if admission:
            WRONG_CODES.give_back(network)
            request.session[IN_SESSION] = admission.pk
            return redirect("decisions_by_code")
        form.add_error("code", _("We don't know this code. Please check it."))
    return render(request, "decisions/code.html", {"form": form})


@while_we_decide
@require_safe
def decisions_by_code(request: HttpRequest) -> HttpResponse:
    """What waits for them."""
    admission = _admission(request)
    if admission is None:
        return redirect("decision_code")
    return open_to_voice(request, Admitted(admission))


@while_we_decide
@require_http_methods(["GET", "HEAD", "POST"])
def decision_by_code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One proposal that they have a say in. Raises `Http404` for any other."""
    admission = _admission(request)
    if admission is None:
        return redirect("decision_code")
    theirs = Decision.objects.filter(says__admission=admission)
    return proposal_page(
        request, get_object_or_404(theirs, public_id=public_id), Admitted(admission)
    )


def _admission(request: HttpRequest) -> Admission | None:
    """Whose code was typed in this visit; None without one, and once it is over or was taken back."""
    known = request.session.get(IN_SESSION)
    found: Admission | None = Admission.objects.valid().filter(pk=known or 0).first()
    return found
