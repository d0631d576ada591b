"""Members vouch for someone whom they know: two of them give a say."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.admin.refusals import sentence_for
from mutualaid.decisions import actions
from mutualaid.decisions.pages.decorators import with_account
from mutualaid.decisions.refusals import VOUCHING
from mutualaid.http import PersonRequest
from mutualaid.people.codes import CODES_TYPED, VouchForm
from mutualaid.people.models import User
from mutualaid.people.ratelimit import network_of, too_often


@with_account
@require_http_methods(["GET", "HEAD", "POST"])
def decision_vouch(request: PersonRequest) -> HttpResponse:
    """Type the code that someone shows me, see their first name, and say that I know them."""
    if not actions.may_open(request.user):
        messages.info(request, sentence_for(actions.NotAMember(), VOUCHING))
        return redirect("decisions")
    form, person = VouchForm(request.POST or None), None
    if request.method == "POST":
        if again_at := CODES_TYPED.exceeded_until(network_of(request)):
            return too_often(request, again_at)
        if form.is_valid():
            person = form.cleaned_data["code"]
            if "sure" in request.POST:
                return _vouch(request, person)
    return render(request, "decisions/vouch.html", {"form": form, "person": person})


def _vouch(request: PersonRequest, person: User) -> HttpResponse:
    try:
        actions.vouch(person, by=request.user)
        words = _("Thank you! It takes two members who say so, and two weeks in our group.")
        messages.success(request, words)
    except tuple(VOUCHING) as refusal:
        messages.info(request, sentence_for(refusal, VOUCHING))
    return redirect("decisions")
