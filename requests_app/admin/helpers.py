"""Who helps with a need: how many are wanted, and someone else instead of who cannot come."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.step_page import StepPage
from mutualaid.admin.widgets import TolerantAutocomplete
from mutualaid.people.models import User
from requests_app import actions
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.models import Claim, Need
from requests_app.models.need import MOST_HELPERS


class WantedForm(forms.Form):
    wanted = forms.IntegerField(
        label=gettext_lazy("How many helpers, all in all"), min_value=1, max_value=MOST_HELPERS
    )


class ClaimChoice(forms.ModelChoiceField[Claim]):
    def label_from_instance(self, claim: Claim) -> str:
        return f"{claim.volunteer} · {claim.get_state_display()}"


class ChangeForm(forms.Form):
    """What becomes of one claim."""

    claim = ClaimChoice(
        Claim.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("Who"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    what = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        widget=forms.RadioSelect,
        choices=[
            ("reassign", gettext_lazy("Someone else goes instead: the person below")),
            ("release", gettext_lazy("Release: look for someone else")),
            ("no_show", gettext_lazy("Did not come: look for someone else")),
        ],
    )
    to = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=gettext_lazy("Who goes instead"),
        required=False,
        widget=TolerantAutocomplete(Claim._meta.get_field("volunteer"), admin.site),
    )

    def __init__(self, data: QueryDict | None = None, *, need: Need) -> None:
        super().__init__(data)
        live = need.claims.live().select_related("volunteer")
        self.fields["claim"].queryset = live  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("what") == "reassign" and not self.cleaned_data.get("to"):
            self.add_error("to", _("Choose someone."))
        return self.cleaned_data

    def do(self, by: Actor) -> None:
        """Raises what the actions raise."""
        claim = self.cleaned_data["claim"]
        if self.cleaned_data["what"] == "reassign":
            actions.reassign_claim(claim, to=self.cleaned_data["to"], by=by)
        elif self.cleaned_data["what"] == "release":
            actions.release_claim(claim, by=by)
        else:
            actions.report_no_show(claim, by=by)


class HelpersPage(StepPage[Need, WantedForm | ChangeForm]):
    """Two small forms: how many are wanted, and what becomes of one claim."""

    name = "helpers"
    title = gettext_lazy("Who helps")
    template = "admin/need_helpers.html"
    refusals = REFUSALS

    def form(self, data: QueryDict | None = None) -> WantedForm | ChangeForm:
        if data is not None and "wanted" in data:
            return WantedForm(data)
        return ChangeForm(data, need=self.row)

    def act(self, form: WantedForm | ChangeForm) -> str:
        me = coordinator(self.me)
        if isinstance(form, WantedForm):
            actions.set_helper_count(self.row, form.cleaned_data["wanted"], by=me)
        else:
            form.do(me)
        return _("Done, and everyone it concerns was told.")

    def next_url(self) -> str:
        return reverse("admin:requests_app_need_helpers", args=[self.row.pk])

    def context(self, form: WantedForm | ChangeForm) -> dict[str, Any]:
        is_count = isinstance(form, WantedForm)
        wanted = form if is_count else WantedForm(initial={"wanted": self.row.helpers_wanted})
        change = ChangeForm(need=self.row) if is_count else form
        media = self.admin.media + change.media
        return {"wanted": wanted, "change": change, "media": media}
