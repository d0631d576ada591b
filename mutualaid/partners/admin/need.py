"""Needs in the admin, seen from partners: which groups were asked about one, and asking another."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.action_admin import StepPages
from mutualaid.admin.step_page import StepPage
from mutualaid.local_time import format_moment
from mutualaid.matching.admin.need import MatchedNeedAdmin
from mutualaid.partners import rules
from mutualaid.partners.actions import referring
from mutualaid.partners.admin.why_not import reasons_against
from mutualaid.partners.models import OutgoingReferral, Partner
from mutualaid.partners.states import OutgoingState
from mutualaid.transitions import StateChanged
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need


class GroupForm(forms.Form):
    group = forms.ModelChoiceField(
        Partner.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("Which group"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose a group.")},
    )

    def __init__(self, data: QueryDict | None = None, *, need: Need) -> None:
        super().__init__(data)
        can_be_asked = [partner.pk for partner in rules.partners_to_ask(need)]
        rows = Partner.objects.filter(pk__in=can_be_asked).order_by("name", "pk")
        self.fields["group"].queryset = rows  # type: ignore[attr-defined]


class TakeBackForm(forms.Form):
    """Has no field: a button alone."""


class GroupsPage(StepPage[Need, GroupForm | TakeBackForm]):
    """Two small forms: ask another group, and take back what one is asked."""

    name = "groups"
    permission = "coordinate"
    title = gettext_lazy("Neighbouring groups")
    template = "admin/need_groups.html"
    refusals = REFUSALS

    def answer(self) -> HttpResponse:
        """Raises `Http404` while the group does without neighbouring groups."""
        if not rules.has_partners():
            raise Http404
        return super().answer()

    def form(self, data: QueryDict | None = None) -> GroupForm | TakeBackForm:
        if data is not None and "take_back" in data:
            return TakeBackForm(data)
        return GroupForm(data, need=self.row)

    def act(self, form: GroupForm | TakeBackForm) -> str:
        """Raises what `ask_partner` and `take_back` raise; `StateChanged` if nothing is to be taken back."""
        if isinstance(form, GroupForm):
            group, me = form.cleaned_data["group"], coordinator(self.me)
            referral = referring.ask_partner(self.row, group, by=me)
            return _("%(group)s is asked now.") % {"group": referral.partner}
        live = referring.live_referral(self.row)
        if live is None:
            raise StateChanged("withdraw")
        referring.take_back(live, by=coordinator(self.me))
        return _("It is taken back. %(group)s is told.") % {"group": live.partner}

    def next_url(self) -> str:
        return reverse("admin:requests_app_need_groups", args=[self.row.pk])

    def context(self, form: GroupForm | TakeBackForm) -> dict[str, Any]:
        is_asking = isinstance(form, GroupForm)
        return {
            "reasons": reasons_against(self.row),
            "group_form": form if is_asking else GroupForm(need=self.row),
            "refused": None if is_asking else form,
            "asked": asked_of_groups(self.row),
            "live": referring.live_referral(self.row),
        }


def asked_of_groups(need: Need) -> list[OutgoingReferral]:
    """Return what groups were asked about a need, the newest first."""
    rows = OutgoingReferral.objects.filter(need=need).select_related("partner", "asked_by")
    return list(rows.order_by("-asked_at", "-pk"))


def what_is_next(live: OutgoingReferral) -> str:
    """Say what has to happen now with what a group is asked, and who does it."""
    group, until = live.partner, format_moment(live.answer_by)
    if live.state == OutgoingState.ASKED:
        return _("%(group)s has until %(until)s to answer.") % {"group": group, "until": until}
    if live.state == OutgoingState.ACCEPTED:
        says_yes = _("%(group)s said yes. The neighbour has until %(until)s to agree.")
        return says_yes % {"group": group, "until": until}
    return _("%(group)s looks after it. If you hear nothing, call them.") % {"group": group}


admin.site.unregister(Need)


@admin.register(Need)
class PartnersNeedAdmin(MatchedNeedAdmin):
    """`MatchedNeedAdmin` with what only partners know: which groups were asked."""

    step_pages: ClassVar[StepPages] = (*MatchedNeedAdmin.step_pages, GroupsPage)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        """Add the name of the group that is being asked about each, while there are groups."""
        rows = super().get_queryset(request)
        if not rules.has_partners():
            return rows
        live = OutgoingReferral.objects.live().filter(need=OuterRef("pk"))
        return rows.annotate(group_asked=Subquery(live.values("partner__name")[:1]))

    def page_context(self, request: HttpRequest, row: Need) -> dict[str, Any]:
        context = super().page_context(request, row)
        if not rules.has_partners():
            return context
        if live := referring.live_referral(row):
            context["facts"] = context["facts"]._replace(next=what_is_next(live))
        return context | {"has_partners": True, "asked_of_groups": asked_of_groups(row)}

    @admin.display(description=gettext_lazy("who comes"))
    def helper(self, need: Need) -> str:
        if group := getattr(need, "group_asked", None):
            return _("%(group)s is asked") % {"group": group}
        return super().helper(need)
