"""Pages about one need: who helps with it, and making several needs of it."""

from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.admin.step_page import StepPage
from mutualaid.admin.widgets import RowsField
from mutualaid.catalog.forms.choices import NOT_A_CHOICE, category_choices
from mutualaid.catalog.models import Category
from requests_app import actions
from requests_app.admin.need_facts import facts_of
from requests_app.admin.person_choice import PersonForm
from requests_app.admin.refusals import REFUSALS
from requests_app.admin.words import words_of
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.models import Claim, Need
from requests_app.models.need import MOST_HELPERS


class HelperCountForm(forms.Form):
    wanted = forms.IntegerField(
        label=gettext_lazy("How many helpers, all in all"), min_value=1, max_value=MOST_HELPERS
    )


class ClaimChoice(forms.ModelChoiceField[Claim]):
    def label_from_instance(self, claim: Claim) -> str:
        return f"{claim.volunteer} · {claim.get_state_display()}"


class EndClaimForm(PersonForm):
    """End one live claim: someone else goes instead, it is released, or its volunteer did not come."""

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
    field_order = ("claim", "what", "typed_name", "other")

    def __init__(self, data: QueryDict | None = None, *, need: Need) -> None:
        super().__init__(data)
        live = need.claims.live().select_related("volunteer")
        self.fields["claim"].queryset = live  # type: ignore[attr-defined]
        self.fields["typed_name"].label = _("Who goes instead")

    def clean(self) -> dict[str, Any]:
        super().clean()
        is_asked_for = self.cleaned_data.get("what") == "reassign"
        if is_asked_for and not self.person and not self.errors.keys() & {"typed_name", "other"}:
            self.add_error("typed_name", _("Choose someone."))
        return self.cleaned_data

    def end_claim(self, by: Actor) -> None:
        """Call the chosen action. Raises what `reassign_claim`, `release_claim` or `report_no_show` raise."""
        claim = self.cleaned_data["claim"]
        if self.cleaned_data["what"] == "reassign" and self.person:
            actions.reassign_claim(claim, to=self.person, by=by)
        elif self.cleaned_data["what"] == "release":
            actions.release_claim(claim, by=by)
        else:
            actions.report_no_show(claim, by=by)


class HelpersPage(StepPage[Need, HelperCountForm | EndClaimForm]):
    """Two small forms: how many helpers are wanted, and what becomes of one claim."""

    name = "helpers"
    permission = "coordinate"
    title = gettext_lazy("Who helps")
    template = "admin/need_helpers.html"
    refusals = REFUSALS

    def form(self, data: QueryDict | None = None) -> HelperCountForm | EndClaimForm:
        if data is not None and "wanted" in data:
            return HelperCountForm(data)
        return EndClaimForm(data, need=self.row)

    def act(self, form: HelperCountForm | EndClaimForm) -> str:
        me = coordinator(self.me)
        if isinstance(form, HelperCountForm):
            actions.set_helper_count(self.row, form.cleaned_data["wanted"], by=me)
        else:
            form.end_claim(me)
        return _("Done, and everyone it concerns was told.")

    def next_url(self) -> str:
        return reverse("admin:requests_app_need_helpers", args=[self.row.pk])

    def context(self, form: HelperCountForm | EndClaimForm) -> dict[str, Any]:
        """Both forms: the one that was sent with its errors, the other one fresh."""
        if isinstance(form, HelperCountForm):
            count_form, claim_form = form, EndClaimForm(need=self.row)
        else:
            count_form = HelperCountForm(initial={"wanted": self.row.helpers_wanted})
            claim_form = form
        return {"count_form": count_form, "claim_form": claim_form}


class WordsPage(StepPage[Need, forms.Form]):
    """What the neighbour wrote: a POST shows it and logs that it was read; a GET has the button alone."""

    name = "words"
    title = gettext_lazy("In their words")
    template = "admin/need_words.html"
    button = gettext_lazy("Read what they wrote")

    def answer(self) -> HttpResponse:
        return self.show(forms.Form())

    def context(self, form: forms.Form) -> dict[str, Any]:
        words = words_of(self.request, self.row.ask) if self.request.method == "POST" else {}
        return {"facts": facts_of(self.row), **words}


class SplitForm(forms.Form):
    into = RowsField(
        Category.objects.filter(is_active=True),
        label=gettext_lazy("What else is to be done"),
        widget=forms.SelectMultiple(attrs={"size": 16}),
        error_messages=NOT_A_CHOICE,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["into"].choices = category_choices()  # type: ignore[attr-defined]


class SplitPage(StepPage[Need, SplitForm]):
    """Make a further need of each chosen task; the need itself keeps its own kind."""

    name = "split"
    title = gettext_lazy("Several tasks")
    form_class = SplitForm
    explains = gettext_lazy(
        "Each becomes a need of the same ask, with the same area, day and notes."
    )
    button = gettext_lazy("Make these needs")
    refusals = REFUSALS

    def act(self, form: SplitForm) -> str:
        into = list(form.cleaned_data["into"])
        needs = actions.split_need(self.row, into=into, by=coordinator(self.me))
        return ngettext(
            "%d further need was made.", "%d further needs were made.", len(needs)
        ) % len(needs)


class NewcomersPage(StepPage[Need, forms.Form]):
    """Let someone new take this need without being invited, or no longer."""

    name = "newcomers"
    title = gettext_lazy("Fine for someone new")
    template = "admin/need_newcomers.html"
    refusals = REFUSALS

    def act(self, form: forms.Form) -> str:
        fine = "no" not in self.request.POST
        actions.set_for_newcomers(self.row, fine, by=coordinator(self.me))
        if fine:
            return _("Someone new can say yes to it now.")
        return _("Someone new can say yes to it only if they are invited.")
