"""Two asks of the same household: their needs stand together under one contact. It can be undone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.step_page import StepPage
from requests_app import actions
from requests_app.admin.refusals import REFUSALS
from requests_app.admin.two_asks import OtherForm, TwoAsksPage, compare, needs_of
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask


class KeepForm(OtherForm):
    keep = forms.ChoiceField(
        label=gettext_lazy("Whose contact details stay"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whose contact details stay.")},
    )

    def __init__(self, *args: Any, ask: Ask, other: Ask | None, **kwargs: Any) -> None:
        super().__init__(*args, ask=ask, **kwargs)
        self.fields["other"].widget = forms.HiddenInput()
        self.fields["keep"].choices = [  # type: ignore[attr-defined]
            ("this", _("Those of this ask, %s") % ask.code),
            ("other", _("Those of the other ask, %s") % (other.code if other else "…")),
        ]


class SameHouseholdPage(TwoAsksPage):
    name = "same-household"
    title = gettext_lazy("Of the same household")
    explains = gettext_lazy(
        "All needs then stand with the contact details that you keep. The old private links of both"
        " no longer work: a new one is sent to who stays, or a coordinator rings them. Whoever must"
        " not find out about one must not find out about the other."
    )
    button = gettext_lazy("Put them together")

    def form(self, data: Any = None) -> OtherForm:
        other = self.other()
        initial = {"other": other.code if other else ""}
        return KeepForm(data, ask=self.row, other=other, initial=initial)

    def act(self, form: OtherForm) -> str:
        other, me = form.cleaned_data["other"], coordinator(self.me)
        if form.cleaned_data["keep"] == "this":
            actions.merge_asks(other, into=self.row, by=me)
        else:
            actions.merge_asks(self.row, into=other, by=me)
        return _("They are put together. A new private link is on its way.")


class NotOneHouseholdPage(StepPage[Ask, forms.Form]):
    """Undoes `SameHouseholdPage`, from the ask whose contact details did not stay."""

    name = "not-one-household"
    title = gettext_lazy("Not of one household after all")
    template = "admin/ask_compare.html"
    explains = gettext_lazy(
        "This ask has its own needs and contact details back, as they were. What was told meanwhile stays"
        " with the ask where it was told. Each gets a new private link of its own."
    )
    button = gettext_lazy("Part them again")
    refusals = REFUSALS

    def answer(self) -> HttpResponse:
        if self.row.merged_into is None:
            messages.info(self.request, _("This ask stands by itself."))
            return redirect(self.next_url())
        return super().answer()

    def act(self, form: forms.Form) -> str:
        actions.unmerge_asks(self.row, by=coordinator(self.me))
        return _("They stand by themselves again. New private links are on their way.")

    def context(self, form: forms.Form) -> dict[str, Any]:
        other = self.row.merged_into
        if other is None:
            return {}
        came = list(other.needs.filter(came_with=self.row).select_related("category", "locality"))
        rest = [need for need in needs_of(other) if need not in came]
        sides = [(self.row, came), (other, rest)]
        return {"other": other, "sides": sides, "compared": compare(self.row, other)}
