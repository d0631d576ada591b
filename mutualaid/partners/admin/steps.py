"""What a coordinator does about a neighbouring group, a page each."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.refusals import CHANGED, REFUSALS, Refusals
from mutualaid.admin.step_page import StepPage
from mutualaid.catalog.area_names import isolated
from mutualaid.partners.actions import pairing, witnessing
from mutualaid.partners.keys import digits
from mutualaid.partners.models import Partner
from mutualaid.partners.states import PARTNER_TRANSITIONS
from mutualaid.singleton.guards import DecidedTogether

PARTNER_REFUSALS: Refusals = {
    **REFUSALS,
    pairing.SecondPerson: gettext_lazy("You compared the digits, so someone else has to agree."),
    DecidedTogether: gettext_lazy(
        "In your group, members decide about this together. Propose it there."
    ),
}
THEY_DIFFER = gettext_lazy(
    "It has ended, and nothing went there. Perhaps the address is wrong, or someone stands between the two"
    " sites. Ask them for their address, and begin anew. If the digits differ again, tell whoever runs your"
    " site."
)


class PartnerStep(StepPage[Partner, forms.Form]):
    """A page for one of `PARTNER_TRANSITIONS`; where it is not possible any more, it leads to the group."""

    permission = "act"
    refusals = PARTNER_REFUSALS
    template = "admin/partners/step.html"
    transition: ClassVar[str]

    def answer(self) -> HttpResponse:
        is_possible = self.row.state in PARTNER_TRANSITIONS[self.transition].sources
        if self.request.method == "POST" or is_possible:
            return super().answer()
        messages.warning(self.request, CHANGED)
        return redirect(self.next_url())

    def context(self, form: forms.Form) -> dict[str, Any]:
        return {"partner": self.row}


class CompareForm(forms.Form):
    answer = forms.ChoiceField(
        choices=[("same", ""), ("differ", "")],
        error_messages={"required": gettext_lazy("Say whether the digits are the same.")},
    )


class ComparePage(PartnerStep):
    """Show the digits of both keys, and take what two people found who read them to each other."""

    name, transition = "compare", "compare"
    title = gettext_lazy("Compare the digits")
    template = "admin/partners/compare.html"
    form_class = CompareForm
    fresh_sign_in = True

    def act(self, form: forms.Form) -> str:
        if form.cleaned_data["answer"] == "differ":
            pairing.end(self.row, by=self.me, differs=True)
            return str(THEY_DIFFER)
        pairing.compare_digits(self.row, by=self.me)
        return _("The digits are the same. Now your group has to agree.")

    def context(self, form: forms.Form) -> dict[str, Any]:
        groups = digits(self.row.our_key.public_key, self.row.public_key)
        return {"partner": self.row, "digits": groups}


class AgreePage(PartnerStep):
    """Agree for the group, as the second person."""

    name, transition = "agree", "agree"
    title = gettext_lazy("Shall we help each other?")
    template = "admin/partners/agree.html"
    fresh_sign_in = True

    def act(self, form: forms.Form) -> str:
        pairing.agree(self.row, by=self.me)
        return _("You help each other from now on.")


class PausePage(PartnerStep):
    name, transition = "pause", "pause"
    title = gettext_lazy("Pause with this group?")
    explains = gettext_lazy(
        "No need goes there or comes from there until you resume. What is asked to be erased still goes."
    )
    button = gettext_lazy("Pause it")

    def act(self, form: forms.Form) -> str:
        pairing.pause(self.row, by=self.me)
        return _("Paused.")


class ResumePage(PartnerStep):
    name, transition = "resume", "resume"
    title = gettext_lazy("Go on with this group?")
    explains = gettext_lazy("Needs can go there and come from there again.")
    button = gettext_lazy("Resume")

    def act(self, form: forms.Form) -> str:
        pairing.resume(self.row, by=self.me)
        return _("You help each other again.")


class EndPage(PartnerStep):
    name, transition = "end", "end"
    title = gettext_lazy("End it with this group?")
    explains = gettext_lazy(
        "It ends at once. Needs that you asked them about come back to you. We ask them to erase what they"
        " know of your neighbours. Their site isn't told: ring them. To begin anew, compare the digits again."
    )
    button = gettext_lazy("End it")

    def act(self, form: forms.Form) -> str:
        pairing.end(self.row, by=self.me)
        return _("It has ended.")


class TalkedPage(StepPage[Partner, forms.Form]):
    """Say that both groups talked about records that differ."""

    name, permission = "talked", "act"
    title = gettext_lazy("Did you talk about it?")
    explains = gettext_lazy(
        "One of the two records was written anew. That can happen after a backup was restored: then the"
        " record says so. If it doesn't, someone changed it. Both heads stay on the page."
    )
    button = gettext_lazy("We talked about it")

    def act(self, form: forms.Form) -> str:
        witnessing.settle_difference(self.row, by=self.me)
        return _("Noted.")


class NewWordsForm(forms.Form):
    """What the coordinator reads on the page, so that they take over nothing else."""

    name = forms.CharField(required=False, widget=forms.HiddenInput)
    phone = forms.CharField(required=False, widget=forms.HiddenInput)


class NewWordsPage(StepPage[Partner, forms.Form]):
    """Show the name and the phone that a group's site says now, and take them over."""

    name, permission = "renamed", "act"
    title = gettext_lazy("A new name or phone")
    button = gettext_lazy("Use it from now on")
    form_class = NewWordsForm

    def form(self, data: QueryDict | None = None) -> forms.Form:
        said = {"name": self.row.told_name, "phone": self.row.told_phone}
        return NewWordsForm(data, initial=said)

    def act(self, form: forms.Form) -> str:
        pairing.take_over(self.row, by=self.me, **form.cleaned_data)
        return _("We use it from now on.")

    def context(self, form: forms.Form) -> dict[str, Any]:
        said = filter(None, (self.row.told_name, self.row.told_phone))
        words = _(
            "Their site says now: {said}. Neighbours see it when they are asked whether this group may know"
            " who they are. If no one told you of it, first ring them by the number you know."
        )
        return {"explains": words.format(said=_(", ").join(map(isolated, said)))}


STEPS = (ComparePage, AgreePage, PausePage, ResumePage, EndPage, TalkedPage, NewWordsPage)
