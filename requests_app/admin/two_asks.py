"""Two asks beside each other, for a coordinator who decides whether they belong together."""

from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.step_page import StepPage
from mutualaid.encryption.fields import WrongKey
from requests_app.admin.duplicates import maybe_of_the_same_person
from requests_app.admin.refusals import REFUSALS
from requests_app.models import Ask, AskContact, Need

COMPARED = ("name", "phone", "email", "address")


class OtherForm(forms.Form):
    """Which other ask is meant, by the short name that stands in the list."""

    other = forms.CharField(
        label=gettext_lazy("The code of the other ask"),
        help_text=gettext_lazy("The eight letters and numbers in the list of asks."),
        max_length=40,
        widget=forms.TextInput(attrs={"size": 8, "dir": "ltr"}),
    )

    def __init__(self, *args: Any, ask: Ask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask = ask

    def clean_other(self) -> Ask:
        other = _ask_of(self.cleaned_data["other"])
        if other is None:
            raise forms.ValidationError(_("There is no ask with this code."))
        if other == self.ask:
            raise forms.ValidationError(_("This is the code of this ask itself."))
        return other


class HiddenOtherForm(OtherForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].widget = forms.HiddenInput()


class Compared(NamedTuple):
    """One contact detail of both, without saying what it is."""

    label: str
    words: str


class TwoAsksPage(StepPage[Ask, OtherForm]):
    """Without `other` in the address it asks which; with it both sides are shown."""

    template = "admin/ask_compare.html"
    refusals = REFUSALS
    step_form: ClassVar[type[OtherForm]] = HiddenOtherForm

    def answer(self) -> HttpResponse:
        is_sent = self.request.method == "POST"
        if not is_sent and "other" not in self.request.GET:
            return self.show(OtherForm(ask=self.row))
        chosen = OtherForm(self.request.POST if is_sent else self.request.GET, ask=self.row)
        if not chosen.is_valid():
            return self.show(chosen)
        return super().answer()

    def other(self) -> Ask | None:
        """The other side, as named in the address or in the form that was sent."""
        named = self.request.POST.get("other") or self.request.GET.get("other", "")
        other = _ask_of(named)
        return None if other == self.row else other

    def form(self, data: Any = None) -> OtherForm:
        other = self.other()
        initial = {"other": other.code if other else ""}
        return self.step_form(data, ask=self.row, initial=initial)

    def context(self, form: OtherForm) -> dict[str, Any]:
        other = self.other()
        sides = [(self.row, needs_of(self.row)), (other, needs_of(other))] if other else []
        return {
            "other": other,
            "sides": sides,
            "compared": compare(self.row, other) if other else [],
            "asked_before": [] if other else maybe_of_the_same_person(self.row),
        }


def compare(ask: Ask, other: Ask) -> list[Compared]:
    """Which contact details are the same, without a look at them; none where no key opens them."""
    try:
        mine, theirs = AskContact.objects.get(ask=ask), AskContact.objects.get(ask=other)
    except WrongKey:
        return []
    return [
        Compared(
            str(AskContact._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            _compared(getattr(mine, name).strip(), getattr(theirs, name).strip()),
        )
        for name in COMPARED
    ]


def _compared(mine: str, theirs: str) -> str:
    if mine.casefold() == theirs.casefold():
        return _("the same") if mine else _("none of them")
    if not mine or not theirs:
        return _("only here") if mine else _("only there")
    return _("not the same")


def needs_of(ask: Ask | None) -> list[Need]:
    return list(ask.needs.select_related("category", "locality").order_by("pk")) if ask else []


def _ask_of(code: str) -> Ask | None:
    """The one ask whose short name this is: the first eight digits of its public id."""
    digits = code.strip().lower()
    try:
        first, last = UUID(hex=digits.ljust(32, "0")), UUID(hex=digits.ljust(32, "f"))
    except ValueError:
        return None
    if len(digits) != 8:
        return None
    found = list(Ask.objects.filter(public_id__range=(first, last))[:2])
    return found[0] if len(found) == 1 else None
