"""Giving a need to someone who agreed to it by phone or in person."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.step_page import StepPage
from mutualaid.matching import actions
from mutualaid.matching.search.reasons import with_points
from mutualaid.people.models import BlockedContactPoint, User
from mutualaid.transitions import StateChanged
from requests_app.admin.person_choice import PersonForm
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need

ASSIGN_REFUSALS = {
    **REFUSALS,
    StateChanged: gettext_lazy("Someone else has it already, or it is closed."),
}
MOST_SHOWN = 20


class AssignForm(PersonForm):
    """Choose someone who fits, best first; or anyone else by name, who then goes before that choice."""

    match = forms.ChoiceField(
        label=gettext_lazy("Who fits"), widget=forms.RadioSelect, required=False
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Give it to them all the same"), required=False, widget=forms.HiddenInput
    )
    field_order = ("match", "typed_name", "other", "sure")

    def __init__(self, data: QueryDict | None = None, *, need: Need) -> None:
        super().__init__(data)
        best = need.matches.select_related("offer__volunteer").order_by("-score", "pk")[:MOST_SHOWN]
        self.fields["match"].choices = [  # type: ignore[attr-defined]
            (
                str(match.offer.volunteer_id),
                format_html(
                    '{} · {} <span class="points">{}</span>',
                    match.offer.volunteer,
                    f"{match.score:g}",
                    " · ".join(with_points(match.lines)),
                ),
            )
            for match in best
        ]

    chosen: User
    """Set once the form is valid."""

    def clean(self) -> dict[str, Any]:
        """Raises `ValidationError` where no one was chosen, and asks once about whoever is blocked."""
        super().clean()
        if self.errors:
            return self.cleaned_data
        match = self.cleaned_data["match"]
        chosen = self.person or (User.objects.get(pk=match) if match else None)
        if chosen is None:
            raise forms.ValidationError(_("Choose someone."))
        self.chosen = chosen
        if not self.cleaned_data["sure"] and _is_blocked(chosen):
            self.fields["sure"].widget = forms.CheckboxInput()
            self.add_error(
                "sure",
                _(
                    "A phone or e-mail of this person is blocked, so nothing is sent there."
                    " Talk with them first."
                ),
            )
        return self.cleaned_data


def _is_blocked(person: User) -> bool:
    return BlockedContactPoint.objects.of_account(person).exists()


class AssignPage(StepPage[Need, AssignForm]):
    name = "assign"
    permission = "coordinate"
    title = gettext_lazy("Assign")
    template = "admin/need_assign.html"
    explains = gettext_lazy(
        "Ask them first. Whoever gets it is told at once and sees the contact details."
    )
    button = gettext_lazy("Give it to this person")
    refusals = ASSIGN_REFUSALS

    def form(self, data: QueryDict | None = None) -> AssignForm:
        return AssignForm(data, need=self.row)

    def act(self, form: AssignForm) -> str:
        person = form.chosen
        actions.assign(self.row, to=person, by=coordinator(self.me))
        return _("%s has it now and was told.") % person
