"""The pages of a volunteer about a claim."""

from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mutualaid.http import PersonRequest, private_page
from mutualaid.methods import post_only
from requests_app import actions, rules
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Ask, AskContact, Claim
from requests_app.newcomers import has_opened_contact
from requests_app.pages.claim import reach, sentence_for, steps_of
from requests_app.pages.refusals import REFUSAL_SENTENCES, tell_refusal
from requests_app.pages.refusals import sentence_for as refusal_sentence


class ReleaseForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Do you want to say why? You don't have to."),
        required=False,
        choices=[
            ("", gettext_lazy("I would rather not say")),
            ("no_time", gettext_lazy("I don't have time after all")),
            ("too_far", gettext_lazy("It is too far")),
            ("cannot", gettext_lazy("I can't do this kind of thing")),
            ("no_answer", gettext_lazy("I couldn't reach the neighbour")),
        ],
    )


class DayForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Write the day you agreed on."),
            "invalid": gettext_lazy("Write the day like this: 2026-12-31."),
        },
    )
    time = forms.TimeField(
        label=gettext_lazy("What time?"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write the time like this: 17:30.")},
    )

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise ValidationError(_("This day has passed. Choose today or a later day."))
        return day


@private_page
@require_safe
def claim(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """What to do next; how to reach the neighbour too, once the volunteer has opened it."""
    return _page(request, _own_claim(request, public_id))


@private_page
@post_only("claim", "public_id")
def claim_contact(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Open the contact details: from now on they stand on the page while the volunteer is on the way."""
    own_claim = _own_claim(request, public_id)
    with tell_refusal(request):
        actions.contact_of_claim(own_claim, by=request.user)
        return _page(request, own_claim)
    return redirect("claim", public_id)


@private_page
@post_only("claim", "public_id")
def claim_in_touch(request: PersonRequest, public_id: UUID) -> HttpResponse:
    own_claim = _own_claim(request, public_id)
    with tell_refusal(request):
        actions.report_in_touch(own_claim, by=volunteer(request.user))
        messages.success(request, _("Thanks for telling us."))
    return redirect("claim", public_id)


@private_page
@post_only("claim", "public_id")
def claim_day(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Note the day and the time on which volunteer and neighbour agreed."""
    own_claim = _own_claim(request, public_id)
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, own_claim, day_form=form)
    with tell_refusal(request):
        day, at = form.cleaned_data["day"], form.cleaned_data["time"]
        actions.agree_on_day(own_claim, day=day, at=at, by=volunteer(request.user))
        messages.success(request, _("Saved. We'll tell them."))
    return redirect("claim", public_id)


@private_page
@post_only("claim", "public_id")
def claim_done(request: PersonRequest, public_id: UUID) -> HttpResponse:
    own_claim = _own_claim(request, public_id)
    with tell_refusal(request):
        actions.deliver_claim(own_claim, by=volunteer(request.user))
        messages.success(request, _("Thank you! We'll ask if it arrived."))
    return redirect("claim", public_id)


@private_page
@post_only("claim", "public_id")
def claim_release(request: PersonRequest, public_id: UUID) -> HttpResponse:
    own_claim = _own_claim(request, public_id)
    form = ReleaseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    with tell_refusal(request):
        actions.release_claim(own_claim, by=volunteer(request.user), reason=reason)
        messages.success(request, _("That's all right. We'll ask someone else now."))
    return redirect("help_list")


def _page(
    request: PersonRequest, own_claim: Claim, *, day_form: DayForm | None = None
) -> HttpResponse:
    readable_contact = own_claim.need.ask.readable_contact
    shows_name = rules.can_see_name_on_claim(request.user, own_claim)
    contact, refusal = _opened_contact(request, own_claim)
    context = {
        "claim": own_claim,
        "standing": sentence_for(own_claim),
        "steps": steps_of(own_claim),
        "need": own_claim.need,
        "name": readable_contact.name if readable_contact and shows_name else "",
        "is_for_someone_else": own_claim.need.ask.for_whom == Ask.ForWhom.SOMEONE_ELSE,
        "is_unreadable": readable_contact is None,
        "contact": contact,
        "refusal": refusal,
        "reach": reach(contact) if contact else None,
        "notes": own_claim.need.notes.text if contact else "",
        "is_on_the_way": rules.can_see_contact(request.user, own_claim),
        "form": day_form or DayForm(initial=_agreed(own_claim)),
        "release_form": ReleaseForm(),
    }
    return render(request, "needs/claim.html", context)


def _opened_contact(request: PersonRequest, own_claim: Claim) -> tuple[AskContact | None, str]:
    """The contact details if the volunteer has opened them; or why they cannot be shown just now."""
    user = request.user
    if not rules.can_see_contact(user, own_claim):
        return None, ""
    if not has_opened_contact(user, own_claim.need.ask):
        return None, ""
    try:
        return actions.contact_of_claim(own_claim, by=user), ""
    except tuple(REFUSAL_SENTENCES) as refusal:
        return None, refusal_sentence(refusal)


def _agreed(own_claim: Claim) -> dict[str, object]:
    """What the form of the day begins with: the agreed day, unless it has passed."""
    day = own_claim.scheduled_for
    if day is None or day < timezone.localdate():
        return {}
    return {"day": day, "time": own_claim.scheduled_time}


def _own_claim(request: PersonRequest, public_id: UUID) -> Claim:
    """A claim of the person who is signed in; a 404 page for anyone else."""
    related = ("need__category", "need__locality", "need__ask", "volunteer", "support_contact")
    return get_object_or_404(
        Claim.objects.of(request.user).select_related(*related), public_id=public_id
    )
