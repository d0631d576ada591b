"""Pages about two that may be one: asks of one household, asks of different people, the same need twice.

Each has a page that undoes it, or an action that does (`unmerge` in the list of needs).
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.step_page import StepPage
from mutualaid.encryption.fields import WrongKey
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.forms.name_search import normal_form
from requests_app import actions
from requests_app.admin.merging.hints import maybe_of_the_same_person
from requests_app.admin.merging.preview import preview_merges
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, AskContact, Need
from requests_app.models.coded import CODE_LENGTH
from requests_app.states import NeedState

DUPLICATES = "duplicates"
"""As `back` in an address or a form: whoever came from the page of asks that look alike."""
COMPARED_FIELDS: Mapping[str, Callable[[str], object]] = {
    "name": normal_form,
    "phone": fingerprints,
    "email": fingerprints,
    "address": normal_form,
}
"""What of each detail is compared, so that spellings of one are the same."""


class OtherAskForm(forms.Form):
    """Which other ask is meant, by the code that stands in the list of asks."""

    other = forms.CharField(
        label=gettext_lazy("The code of the other ask"),
        help_text=gettext_lazy("The eight letters and numbers in the list of asks."),
        max_length=40,
        widget=forms.TextInput(attrs={"size": CODE_LENGTH, "dir": "ltr"}),
    )

    def __init__(
        self, data: QueryDict | None = None, *, ask: Ask, other: Ask | None = None
    ) -> None:
        """With `other` the box is hidden and filled, for a page that shows both sides."""
        super().__init__(data, initial={"other": other.code if other else ""})
        self.ask = ask

    def clean_other(self) -> Ask:
        """Raises `ValidationError` where the code is of no ask, of several, or of this ask itself."""
        other = _ask_with_code(self.cleaned_data["other"])
        if other is None:
            raise forms.ValidationError(_("There is no ask with this code."))
        if other == self.ask:
            raise forms.ValidationError(_("This is the code of this ask itself."))
        return other


class HiddenOtherAskForm(OtherAskForm):
    def __init__(
        self, data: QueryDict | None = None, *, ask: Ask, other: Ask | None = None
    ) -> None:
        super().__init__(data, ask=ask, other=other)
        self.fields["other"].widget = forms.HiddenInput()


class KeptContactForm(HiddenOtherAskForm):
    keep = forms.ChoiceField(
        label=gettext_lazy("Whose contact details stay"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whose contact details stay.")},
    )

    def __init__(
        self, data: QueryDict | None = None, *, ask: Ask, other: Ask | None = None
    ) -> None:
        super().__init__(data, ask=ask, other=other)
        self.fields["keep"].choices = [  # type: ignore[attr-defined]
            ("this", _("Those of this ask, %s") % ask.code),
            ("other", _("Those of the other ask, %s") % (other.code if other else "…")),
        ]


class ComparedField(NamedTuple):
    """How one contact detail of two asks compares, in words that do not say what it is."""

    label: str
    outcome: str


class TwoAsksPage(StepPage[Ask, OtherAskForm]):
    """Without `other` in the address it asks which; with it both sides are shown."""

    template = "admin/ask_compare.html"
    refusals = REFUSALS
    form_class: ClassVar[type[OtherAskForm]] = HiddenOtherAskForm

    def answer(self) -> HttpResponse:
        is_sent = self.request.method == "POST"
        if not is_sent and "other" not in self.request.GET:
            return self.show(OtherAskForm(ask=self.row))
        chosen = OtherAskForm(self.request.POST if is_sent else self.request.GET, ask=self.row)
        if not chosen.is_valid():
            return self.show(chosen)
        return super().answer()

    def next_url(self) -> str:
        """Return to the page of asks that look alike for whoever came from there."""
        if self._came_from() == DUPLICATES:
            return reverse("admin:duplicates")
        return super().next_url()

    def _came_from(self) -> str:
        return self.request.POST.get("back") or self.request.GET.get("back", "")

    def other_ask(self) -> Ask | None:
        """Return the other side, as named in the address or in the form that was sent."""
        code = self.request.POST.get("other") or self.request.GET.get("other", "")
        other = _ask_with_code(code)
        return None if other == self.row else other

    def form(self, data: QueryDict | None = None) -> OtherAskForm:
        return self.form_class(data, ask=self.row, other=self.other_ask())

    def context(self, form: OtherAskForm) -> dict[str, Any]:
        other = self.other_ask()
        if other is None:
            return {"asked_before": maybe_of_the_same_person(self.row)}
        sides = [(self.row, _needs_of(self.row)), (other, _needs_of(other))]
        return {
            "other": other,
            "sides": sides,
            "compared": compare_contacts(self.row, other),
            "back": self._came_from(),
        }


class SameHouseholdPage(TwoAsksPage):
    name = "same-household"
    permission = "coordinate"
    title = gettext_lazy("Of the same household")
    explains = gettext_lazy(
        "All needs then stand with the contact details that you keep. The old private links of both"
        " no longer work: a new one is sent to who stays, or a coordinator rings them. Whoever must"
        " not find out about one must not find out about the other."
    )
    button = gettext_lazy("Put them together")
    form_class = KeptContactForm

    def act(self, form: OtherAskForm) -> str:
        other, me = form.cleaned_data["other"], coordinator(self.me)
        goes, stays = (
            (other, self.row) if form.cleaned_data["keep"] == "this" else (self.row, other)
        )
        actions.merge_asks(goes, into=stays, by=me)
        undo = reverse("admin:requests_app_ask_not-one-household", args=[goes.pk])
        sentence = _("They are put together. A new private link is on its way.")
        return format_html('{} <a href="{}">{}</a>', sentence, undo, _("Undo"))

    def context(self, form: OtherAskForm) -> dict[str, Any]:
        context = super().context(form)
        if other := context.get("other"):
            context["previews"] = preview_merges(self.row, other, by=coordinator(self.me))
        return context


class NotOneHouseholdPage(StepPage[Ask, forms.Form]):
    """Undo `SameHouseholdPage`, from the ask whose contact details did not stay."""

    name = "not-one-household"
    permission = "coordinate"
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
        lent = list(other.needs.filter(came_with=self.row).select_related("category", "locality"))
        own = [need for need in _needs_of(other) if need not in lent]
        sides = [(self.row, lent), (other, own)]
        return {"other": other, "sides": sides, "compared": compare_contacts(self.row, other)}


class DifferentPeoplePage(TwoAsksPage):
    name = "different-people"
    permission = "coordinate"
    title = gettext_lazy("Of different people")
    explains = gettext_lazy(
        "They look alike and stay apart: contact details, links and who may see what. The hint that"
        " they may be of the same person goes away."
    )
    button = gettext_lazy("They are different people")

    def act(self, form: OtherAskForm) -> str:
        other = form.cleaned_data["other"]
        actions.mark_alike(self.row, other=other, by=coordinator(self.me))
        undo = reverse("admin:requests_app_ask_not-different", args=[self.row.pk])
        sentence = _("They stay apart.")
        return format_html('{} <a href="{}?other={}">{}</a>', sentence, undo, other.code, _("Undo"))


class NotDifferentPage(TwoAsksPage):
    """Undo `DifferentPeoplePage`."""

    name = "not-different"
    permission = "coordinate"
    title = gettext_lazy("Not different people after all")
    explains = gettext_lazy("The hint that they may be of the same person comes back.")
    button = gettext_lazy("Undo")

    def act(self, form: OtherAskForm) -> str:
        actions.unmark_alike(self.row, other=form.cleaned_data["other"], by=coordinator(self.me))
        return _("Done.")


class NeedChoice(forms.ModelChoiceField[Need]):
    def label_from_instance(self, need: Need) -> str:
        return f"{need} · {need.code} · {need.when} · {need.get_state_display()}"


class SameNeedForm(forms.Form):
    into = NeedChoice(
        Need.objects.none(),
        label=gettext_lazy("Which need it is the same as"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose the other need.")},
    )

    def __init__(self, data: QueryDict | None = None, *, need: Need) -> None:
        super().__init__(data)
        others = Need.objects.filter(ask=need.ask).exclude(pk=need.pk)
        live = others.exclude(state__in=(NeedState.CLOSED, NeedState.MERGED))
        self.fields["into"].queryset = live.select_related("category", "locality").order_by("pk")  # type: ignore[attr-defined]


class SameNeedPage(StepPage[Need, SameNeedForm]):
    """The same need came twice in one ask: both share one fate, and nothing of either is lost."""

    name = "same-need"
    title = gettext_lazy("The same need twice")
    template = "admin/need_same.html"
    explains = gettext_lazy(
        "Both then share one fate. The other need takes the higher urgency, the earlier day and both"
        " texts. It can be undone: nothing of this one is lost."
    )
    button = gettext_lazy("Keep it together with that one")
    refusals = REFUSALS

    def form(self, data: QueryDict | None = None) -> SameNeedForm:
        return SameNeedForm(data, need=self.row)

    def act(self, form: SameNeedForm) -> str:
        actions.merge_need(self.row, into=form.cleaned_data["into"], by=coordinator(self.me))
        return _("Both are kept together now.")

    def context(self, form: SameNeedForm) -> dict[str, Any]:
        return {"has_others": form.fields["into"].queryset.exists()}  # type: ignore[attr-defined]


def compare_contacts(ask: Ask, other: Ask) -> list[ComparedField]:
    """Return which contact details of two asks are the same, without showing them.

    It is no look at them and is not logged. Empty where no key at hand opens them.
    """
    try:
        contact, other_contact = AskContact.objects.get(ask=ask), AskContact.objects.get(ask=other)
    except WrongKey:
        return []
    return [
        ComparedField(
            str(AskContact._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            _outcome(
                getattr(contact, name).strip(), getattr(other_contact, name).strip(), compared
            ),
        )
        for name, compared in COMPARED_FIELDS.items()
    ]


def _outcome(detail: str, other_detail: str, compared: Callable[[str], object]) -> str:
    if not detail or not other_detail:
        return _("only here") if detail else _("only there") if other_detail else _("none of them")
    is_same = detail == other_detail or compared(detail) == compared(other_detail) != compared("")
    return _("the same") if is_same else _("not the same")


def _needs_of(ask: Ask) -> list[Need]:
    return list(ask.needs.select_related("category", "locality").order_by("pk"))


def _ask_with_code(code: str) -> Ask | None:
    """Return the one ask with this code; None where there is none, or are several."""
    asks = Ask.with_code(code)
    return asks[0] if len(asks) == 1 else None
