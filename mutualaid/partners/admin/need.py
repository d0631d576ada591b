"""Needs in the admin, seen from partners: which groups were asked about one, and asking another."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.action_admin import StepPages
from mutualaid.admin.refusals import sentence_for
from mutualaid.admin.step_page import StepPage
from mutualaid.encryption.fields import WrongKey
from mutualaid.local_time import format_moment
from mutualaid.matching.admin.need import MatchedNeedAdmin
from mutualaid.partners import rules
from mutualaid.partners.actions import referring
from mutualaid.partners.admin.why_not import reasons_against
from mutualaid.partners.models import OutgoingReferral, Partner
from mutualaid.partners.pages.fields_sent import fields_asked, fields_sent
from mutualaid.partners.states import OutgoingState
from mutualaid.transitions import StateChanged
from requests_app.actions import contact_for_coordinator
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


class OnPhoneForm(forms.Form):
    """What the neighbour said on the phone, by the button that was pressed."""

    said = forms.ChoiceField(choices=[("yes", ""), ("no", "")])


class GroupsPage(StepPage[Need, GroupForm | OnPhoneForm | TakeBackForm]):
    """Three small forms: ask another group, take back what one is asked, and note a neighbour's answer.

    A POST with `show` opens what that group would get, to be read out, and is logged as a look.
    """

    name = "groups"
    permission = "coordinate"
    title = gettext_lazy("Neighbouring groups")
    template = "admin/need_groups.html"
    refusals = REFUSALS

    def answer(self) -> HttpResponse:
        """Raises `Http404` while the group does without neighbouring groups."""
        if not rules.has_partners():
            raise Http404
        self.is_open = "show" in self.request.POST and self._may_read_out()
        if "show" in self.request.POST:
            return self.show(self.form())
        return super().answer()

    def form(self, data: QueryDict | None = None) -> GroupForm | OnPhoneForm | TakeBackForm:
        if data is not None and "take_back" in data:
            return TakeBackForm(data)
        if data is not None and "said" in data:
            return OnPhoneForm(data)
        return GroupForm(data, need=self.row)

    def act(self, form: GroupForm | OnPhoneForm | TakeBackForm) -> str:
        """Raises what the action raises; `StateChanged` if no group is asked any more."""
        me = coordinator(self.me)
        if isinstance(form, GroupForm):
            referral = referring.ask_partner(self.row, form.cleaned_data["group"], by=me)
            return _("%(group)s is asked now.") % {"group": referral.partner}
        live = referring.live_referral(self.row)
        if live is None:
            raise StateChanged("withdraw")
        if isinstance(form, TakeBackForm):
            referring.take_back(live, by=me)
            return _("It is taken back. %(group)s is told.") % {"group": live.partner}
        if form.cleaned_data["said"] == "yes":
            referring.consent(live, by=me)
            return _("Their yes is noted. %(group)s gets it now.") % {"group": live.partner}
        referring.do_not_want(live, by=me)
        return _("Their no is noted. %(group)s learns nothing.") % {"group": live.partner}

    def next_url(self) -> str:
        return reverse("admin:requests_app_need_groups", args=[self.row.pk])

    def context(self, form: GroupForm | OnPhoneForm | TakeBackForm) -> dict[str, Any]:
        is_asking, live = isinstance(form, GroupForm), referring.live_referral(self.row)
        is_question = live is not None and live.state == OutgoingState.ACCEPTED
        return {
            "reasons": reasons_against(self.row),
            "group_form": form if is_asking else GroupForm(need=self.row),
            "refused": None if is_asking else form,
            "asked": asked_of_groups(self.row),
            "live": live,
            "question": self._question(live) if live and is_question else None,
        }

    def _may_read_out(self) -> bool:
        """Log the look at what would be sent; False, with a message, where it cannot be opened."""
        try:
            contact_for_coordinator(self.row.ask, by=self.me)
        except tuple(self.refusals) as refusal:
            messages.warning(self.request, sentence_for(refusal, self.refusals))
            return False
        return True

    def _question(self, live: OutgoingReferral) -> dict[str, Any]:
        """What the neighbour is asked on the phone; without what would be sent if no key opens it."""
        try:
            sent = fields_sent(live)
        except WrongKey as refusal:
            messages.warning(self.request, sentence_for(refusal, self.refusals))
            sent = []
        return {"asked": fields_asked(self.row), "sent": sent, "is_open": self.is_open}


def asked_of_groups(need: Need) -> list[OutgoingReferral]:
    """Return what groups were asked about a need, the newest first."""
    rows = OutgoingReferral.objects.filter(need=need).select_related(
        "partner", "asked_by", "heard_by"
    )
    return list(rows.order_by("-asked_at", "-pk"))


def what_is_next(live: OutgoingReferral) -> str:
    """Say what has to happen now with what a group is asked, and who does it."""
    group, until = live.partner, format_moment(live.answer_by)
    if live.state == OutgoingState.ASKED:
        return _("%(group)s has until %(until)s to answer.") % {"group": group, "until": until}
    if live.state == OutgoingState.ACCEPTED:
        says_yes = _(
            "%(group)s said yes. The neighbour has until %(until)s to agree. If you ring them, note their"
            " answer under “Ask a neighbouring group”."
        )
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
