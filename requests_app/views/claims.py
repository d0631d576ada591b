"""The volunteer's pages about what she took on."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mutualaid.http import PersonRequest, private_page
from requests_app import actions, rules
from requests_app.models import Claim
from requests_app.moves import volunteer
from requests_app.states import ClaimState


class ReleaseForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Do you want to say why? You need not."),
        required=False,
        choices=[
            ("", gettext_lazy("I would rather not say")),
            ("no_time", gettext_lazy("I have no time after all")),
            ("too_far", gettext_lazy("It is too far")),
            ("cannot", gettext_lazy("I cannot do this kind of thing")),
            ("no_answer", gettext_lazy("I could not reach the neighbour")),
        ],
    )


@private_page
@require_safe
def claim(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """What to do, and, while the claim is live, whom to reach and where."""
    mine = _mine(request, public_id)
    may_see = rules.can_see_contact(request.user, mine)
    context = {
        "claim": mine,
        "need": mine.need,
        "contact": mine.need.contact if may_see else None,
        "can_finish": mine.state == ClaimState.CLAIMED,
        "form": ReleaseForm(),
    }
    return render(request, "needs/claim.html", context)


@private_page
@require_POST
def claim_done(request: PersonRequest, public_id: UUID) -> HttpResponse:
    mine = _mine(request, public_id)
    try:
        actions.deliver_claim(mine, by=volunteer(request.user))
    except actions.StateChanged:
        messages.info(request, _("This has changed in the meantime. Here is how it stands."))
    else:
        messages.success(request, _("Thank you! We ask the neighbour whether it arrived."))
    return redirect("claim", public_id)


@private_page
@require_POST
def claim_release(request: PersonRequest, public_id: UUID) -> HttpResponse:
    mine = _mine(request, public_id)
    form = ReleaseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        actions.release_claim(mine, by=volunteer(request.user), reason=reason)
    except actions.StateChanged:
        messages.info(request, _("This has changed in the meantime. Here is how it stands."))
    else:
        messages.success(request, _("That is all right. We ask somebody else now."))
    return redirect("help_list")


def _mine(request: PersonRequest, public_id: UUID) -> Claim:
    """A claim of the person who is signed in; for everybody else it does not exist."""
    related = ("need__category", "need__locality", "need__contact", "volunteer")
    return get_object_or_404(
        Claim.objects.of(request.user).select_related(*related), public_id=public_id
    )
