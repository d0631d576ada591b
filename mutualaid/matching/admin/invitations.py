"""The page of a need on which a coordinator sees who fits and was invited, and decides about invitations."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.refusals import CHANGED
from mutualaid.admin.step_page import StepPage
from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach import manual
from mutualaid.matching.search.reasons import with_points
from mutualaid.matching.states import UNANSWERED
from requests_app.admin.refusals import REFUSALS
from requests_app.models import Need
from requests_app.states import NeedState

WITH_MATCH = {
    "invite": manual.invite_one,
    "pin": manual.pin,
    "unpin": manual.unpin,
    "leave_out": manual.leave_out,
}
WITH_NEED = {"stop": manual.stop, "go_on": manual.go_on}
CHOOSE = gettext_lazy("Choose what to do.")


class InvitationForm(forms.Form):
    """The buttons of the page: what to `do`, and about which match."""

    do = forms.ChoiceField(
        choices=[(name, name) for name in (*WITH_MATCH, *WITH_NEED)],
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    match = forms.ModelChoiceField(
        Match.objects.none(), required=False, error_messages={"invalid_choice": CHANGED}
    )

    def __init__(self, data: QueryDict | None = None, *, need: Need) -> None:
        super().__init__(data)
        matches = need.matches.select_related("need__category", "offer__volunteer")
        self.fields["match"].queryset = matches  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        about_someone = self.cleaned_data.get("do") in WITH_MATCH
        if about_someone and "match" not in self.errors and not self.cleaned_data.get("match"):
            self.add_error("do", CHOOSE)
        return self.cleaned_data


class InvitationsPage(StepPage[Need, InvitationForm]):
    name = "invitations"
    permission = "coordinate"
    title = gettext_lazy("Who fits, and who was invited")
    template = "admin/need_invitations.html"
    refusals = REFUSALS

    def form(self, data: QueryDict | None = None) -> InvitationForm:
        return InvitationForm(data, need=self.row)

    def act(self, form: InvitationForm) -> str:
        action = form.cleaned_data["do"]
        if action in WITH_NEED:
            WITH_NEED[action](self.row, by=self.me)
        else:
            WITH_MATCH[action](form.cleaned_data["match"], by=self.me)
        return _("Done.")

    def next_url(self) -> str:
        return reverse("admin:requests_app_need_invitations", args=[self.row.pk])

    def context(self, form: InvitationForm) -> dict[str, Any]:
        matches = self.row.matches.select_related("offer__volunteer")
        search = NeedSearch.objects.filter(need=self.row).first()
        is_open = self.row.state == NeedState.OPEN
        by_hand_only = self.row.category.sensitive
        can_invite = is_open and not by_hand_only
        return {
            "search": search,
            "rows": [
                {
                    "match": match,
                    "lines": with_points(match.lines),
                    "can_invite": can_invite and match.state == Match.State.SUGGESTED,
                    "can_leave_out": is_open and match.state in UNANSWERED,
                }
                for match in matches.order_by("-pinned", "-score", "pk")
            ],
            "is_open": is_open,
            "nobody_left": bool(is_open and search and search.handed_over_at),
            "by_hand_only": by_hand_only,
        }
